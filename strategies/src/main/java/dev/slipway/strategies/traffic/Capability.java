package dev.slipway.strategies.traffic;

/** Something that a balancer can do; validation, documents and tests share this list. */
public enum Capability {
  /** Shares by weight, right within one percentage point. */
  WEIGHTS,
  /** All members change in one act that requests see at once. */
  ONE_SHOT_SWITCH,
  /** Requests in flight of a draining member can be counted. */
  DRAIN_COUNTS,
  /** Members are asked by the balancer too, where its owner lets it, and it tells what it found. */
  WITNESS,
  /** Requests wait while nobody serves. */
  PARKING,
  /** Rules by header and cookie. */
  MATCH,
  /** Requests of one user stay on one track. */
  STICKY,
  /** Copies of requests. */
  MIRROR,
  /** Answers to copies are set beside those that users get. */
  COMPARE,
  /** Requests and failures are counted for each member. */
  COUNTERS,
  /** How long the answers of each member take on average is known. */
  MEANS,
  /** Answers of each member are counted by the time that they took. */
  TIMES
}
