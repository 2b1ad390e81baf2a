package dev.slipway.strategies.traffic;

/** Whether a member of a pool gets requests. */
public enum MemberState {
  /** It gets its part of its track's share. */
  SERVING,
  /** It gets no new request and may finish the ones it has. */
  DRAINING,
  /** It is no part of the pool; nothing is expected to run there. */
  OUT
}
