package dev.slipway.strategies.fleet;

/** How the agent gets to a host. */
public enum Reach {
  /** Over SSH, as the environment's settings say. */
  SSH,
  /** It is the machine that the agent runs on. */
  LOCAL
}
