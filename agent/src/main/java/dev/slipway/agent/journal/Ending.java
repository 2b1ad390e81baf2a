package dev.slipway.agent.journal;

/** How a rollout ended; none is ever reported as another. */
public enum Ending {
  /** The release runs everywhere, but for the hosts that are listed as incomplete. */
  SUCCEEDED,
  /** It failed, and the last stable release, or what was there before the first, is back. */
  ROLLED_BACK,
  /** A person stopped it, and the last stable release is back. */
  ABORTED,
  /** A newer release took over at a safe point. */
  SUPERSEDED,
  /** The way back failed too: traffic stays on whatever is proven, and people must look. */
  NEEDS_HELP
}
