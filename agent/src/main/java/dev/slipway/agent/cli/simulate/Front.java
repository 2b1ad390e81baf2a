package dev.slipway.agent.cli.simulate;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.strategies.traffic.Capability;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What stands in front of a fleet, as far as a plan depends on it; the names are what people type.
 */
@SuppressWarnings("MemberName") // picocli shows and reads the names of the constants
enum Front {
  haproxy,
  nginx,
  edge,
  symlink,
  istio,
  none;

  static Front of(BalancerSpec balancer) {
    return switch (balancer) {
      case BalancerSpec.Haproxy _ -> haproxy;
      case BalancerSpec.Nginx _ -> nginx;
      case BalancerSpec.Edge _ -> edge;
      case BalancerSpec.Symlink _ -> symlink;
      case BalancerSpec.Istio _ -> istio;
    };
  }

  /** Returns what it can do; empty where nothing stands there. */
  Optional<Set<Capability>> able() {
    return switch (this) {
      case haproxy -> Optional.of(EnumSet.of(Capability.WEIGHTS, Capability.MATCH));
      case nginx ->
          Optional.of(
              EnumSet.of(
                  Capability.WEIGHTS, Capability.MATCH, Capability.STICKY, Capability.MIRROR));
      case edge ->
          Optional.of(
              EnumSet.of(
                  Capability.WEIGHTS,
                  Capability.ONE_SHOT_SWITCH,
                  Capability.PARKING,
                  Capability.MATCH,
                  Capability.STICKY,
                  Capability.MIRROR));
      case symlink -> Optional.of(EnumSet.of(Capability.ONE_SHOT_SWITCH));
      case istio ->
          Optional.of(EnumSet.of(Capability.WEIGHTS, Capability.ONE_SHOT_SWITCH, Capability.MATCH));
      case none -> Optional.empty();
    };
  }
}
