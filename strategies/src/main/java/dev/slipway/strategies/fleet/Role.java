package dev.slipway.strategies.fleet;

import dev.slipway.strategies.fleet.trial.Trials;
import java.time.Duration;
import java.util.List;

/**
 * A part that an application plays on a group of hosts, such as web or worker.
 *
 * @param trials what a new release must stand before it gets requests
 */
public record Role(
    String name,
    List<Slot> slots,
    Health health,
    DrainPolicy drain,
    Duration stopTimeout,
    Trials trials) {
  public Role {
    slots = List.copyOf(slots);
    if (name.isBlank() || slots.isEmpty()) {
      throw new IllegalArgumentException("a role needs a name and at least one slot");
    }
    if (slots.stream().map(Slot::name).distinct().count() != slots.size()) {
      throw new IllegalArgumentException("role '%s' names a slot twice".formatted(name));
    }
    if (!stopTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "stop timeout %s must be above zero".formatted(stopTimeout));
    }
  }

  /** Makes a role that asks nothing of a release but its health. */
  public Role(
      String name, List<Slot> slots, Health health, DrainPolicy drain, Duration stopTimeout) {
    this(name, slots, health, drain, stopTimeout, Trials.NONE);
  }

  /** Returns this role with other trials. */
  public Role with(Trials others) {
    return new Role(name, slots, health, drain, stopTimeout, others);
  }

  /** Returns whether a second release can run beside the first. */
  public boolean hasSpareSlot() {
    return slots.size() > 1;
  }
}
