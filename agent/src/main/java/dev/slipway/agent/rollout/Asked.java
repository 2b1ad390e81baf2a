package dev.slipway.agent.rollout;

/** Whether a wish found a rollout that it can turn. */
public enum Asked {
  /** The rollout will turn, at the latest at its next safe point. */
  TURNING,
  /** No rollout of this application runs that would have to turn. */
  NOTHING_RUNS
}
