package dev.slipway.strategies.traffic;

import dev.slipway.strategies.fleet.Instance;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Traffic as a balancer can write it: a weight and a state for each member, and what requests are
 * told apart by.
 */
public record FlatTraffic(Map<Instance, FlatMember> members, Nobody nobody, Routing routing) {
  public FlatTraffic {
    members = Collections.unmodifiableMap(new TreeMap<>(members));
  }

  /** A traffic in which requests are not told apart. */
  public FlatTraffic(Map<Instance, FlatMember> members, Nobody nobody) {
    this(members, nobody, Routing.NONE);
  }

  /** A member's weight, 0 unless it serves, and its state. */
  public record FlatMember(int weight, MemberState state) {
    public FlatMember {
      if (weight < 0 || (state != MemberState.SERVING && weight != 0)) {
        throw new IllegalArgumentException(
            "weight %d does not go with %s".formatted(weight, state));
      }
    }
  }
}
