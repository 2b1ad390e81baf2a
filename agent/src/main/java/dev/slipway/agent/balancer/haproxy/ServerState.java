package dev.slipway.agent.balancer.haproxy;

import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed.Witness;

/**
 * A server as {@code show servers state} tells it.
 *
 * @param adminState a mask: a serving server that is configured {@code disabled} has 4, not 0
 * @param weight as it is applied now
 * @param initialWeight as it is configured
 * @param checkState a mask
 */
record ServerState(
    int backendId,
    int operationalState,
    int adminState,
    int weight,
    int initialWeight,
    int checkState) {
  /** Forced, inherited from a tracked server, or because a name does not resolve. */
  private static final int MAINTENANCE = 0x23;

  /** Forced or inherited. */
  private static final int DRAIN = 0x18;

  private static final int CHECK_CONFIGURED = 0x02;
  private static final int STOPPED = 0;

  MemberState state() {
    if ((adminState & MAINTENANCE) != 0) {
      return MemberState.OUT;
    }
    return (adminState & DRAIN) != 0 ? MemberState.DRAINING : MemberState.SERVING;
  }

  /** In maintenance HAProxy does not check, so what it shows there is no opinion. */
  Witness witness() {
    if ((checkState & CHECK_CONFIGURED) == 0 || state() == MemberState.OUT) {
      return Witness.NONE;
    }
    return operationalState == STOPPED ? Witness.DOWN : Witness.UP;
  }

  /** Whether its owner configured it to get nothing. */
  boolean isIdle() {
    return initialWeight == 0;
  }
}
