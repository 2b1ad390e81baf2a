package dev.slipway.agent.manifest.preview;

import dev.slipway.strategies.fleet.Role;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Where the ports of one application in one environment come from.
 *
 * @param range empty where applications name their ports themselves
 * @param kept what it has already
 */
public record OwnPorts(Optional<PortRange> range, Allotment allotment, Map<String, Integer> kept) {
  public OwnPorts {
    kept = Map.copyOf(kept);
  }

  /**
   * Returns the role with the ports that it is to have; empty if there are none left.
   *
   * @param isUsed whether something else that Slipway knows of has a port on the role's hosts
   */
  public Optional<Role> of(Role role, IntPredicate isUsed) {
    return range.isEmpty() ? Optional.of(role) : allotment.of(role, range.get(), kept, isUsed);
  }
}
