package dev.slipway.agent.manifest;

/** What an environment's {@code syncPolicy} allows beyond deploying, under Argo CD's names. */
public enum SyncOption {
  /** What was taken out of the environment's file is stopped. */
  PRUNE,
  /** What others changed is changed back. */
  SELF_HEAL
}
