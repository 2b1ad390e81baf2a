package dev.slipway.agent.manifest.preview;

import dev.slipway.agent.manifest.Preview;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Gives previews their ports: whoever has one keeps it, and nobody gets one that another preview
 * has, wherever that is.
 */
public final class Allotment {
  private final Set<Integer> taken;
  private final Standing standing;

  /** Makes an allotment for one reading of a repository. */
  public Allotment(Standing standing) {
    this.standing = standing;
    this.taken = new HashSet<>(standing.foreign());
    standing.held().forEach(one -> taken.addAll(one.ports().values()));
  }

  /**
   * Returns the role with a port of the range in each slot that has one; empty if the range has no
   * more.
   *
   * @param kept what the preview has already
   * @param isUsed whether something else that Slipway knows of has a port on the role's hosts
   */
  public Optional<Role> of(
      Role role, PortRange range, Map<String, Integer> kept, IntPredicate isUsed) {
    var slots = new ArrayList<Slot>();
    for (Slot slot : role.slots()) {
      if (slot.port().isEmpty()) {
        slots.add(slot);
        continue;
      }
      OptionalInt port =
          port(range, Optional.ofNullable(kept.get(Preview.place(role, slot))), isUsed);
      if (port.isEmpty()) {
        return Optional.empty();
      }
      taken.add(port.getAsInt());
      slots.add(new Slot(slot.name(), port));
    }
    return Optional.of(
        new Role(
            role.name(), slots, role.health(), role.drain(), role.stopTimeout(), role.trials()));
  }

  private OptionalInt port(PortRange range, Optional<Integer> kept, IntPredicate isUsed) {
    Optional<Integer> still =
        kept.filter(range::contains)
            .filter(port -> !isUsed.test(port))
            .filter(port -> !standing.foreign().contains(port));
    return still.isPresent()
        ? OptionalInt.of(still.get())
        : range.ports().filter(port -> !taken.contains(port) && !isUsed.test(port)).findFirst();
  }
}
