package dev.slipway.strategies.fleet;

import java.util.Comparator;

/** A role's slot on a host, by names: what is drained, started and proven. */
public record Instance(String host, String role, String slot) implements Comparable<Instance> {
  private static final Comparator<Instance> ORDER =
      Comparator.comparing(Instance::host)
          .thenComparing(Instance::role)
          .thenComparing(Instance::slot);

  /** Returns the same role on the same host in another slot. */
  public Instance in(Slot other) {
    return new Instance(host, role, other.name());
  }

  @Override
  public int compareTo(Instance other) {
    return ORDER.compare(this, other);
  }

  /** Prints {@code web1} where a host has one slot, else {@code web1/blue}. */
  @Override
  public String toString() {
    return slot.equals(Slot.CURRENT) ? host : host + "/" + slot;
  }
}
