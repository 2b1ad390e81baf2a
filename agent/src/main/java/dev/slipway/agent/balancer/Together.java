package dev.slipway.agent.balancer;

import dev.slipway.strategies.traffic.Capability;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What several balancers in front of one role can do as one. */
public final class Together {
  private Together() {}

  /**
   * Returns what all of them can do; nothing where there is none. Users stay only where all draw
   * them alike: else one user would be on two tracks, by the way that a request came.
   */
  public static Set<Capability> capabilities(List<Balancer> balancers) {
    var common =
        balancers.isEmpty() ? EnumSet.noneOf(Capability.class) : EnumSet.allOf(Capability.class);
    balancers.forEach(balancer -> common.retainAll(balancer.capabilities()));
    if (balancers.stream().map(Balancer::userHash).distinct().count() > 1) {
      common.remove(Capability.STICKY);
    }
    return common;
  }
}
