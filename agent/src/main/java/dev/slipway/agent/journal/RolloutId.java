package dev.slipway.agent.journal;

import dev.slipway.agent.manifest.Target;

/** The name of a rollout: what it is about, and a number that no other rollout of a store has. */
public record RolloutId(Target target, long number) implements Comparable<RolloutId> {
  public RolloutId {
    if (number < 1) {
      throw new IllegalArgumentException("rollout number %d must be 1 or more".formatted(number));
    }
  }

  @Override
  public int compareTo(RolloutId other) {
    return Long.compare(number, other.number);
  }

  /** Prints {@code shop/production/web#17}. */
  @Override
  public String toString() {
    return target + "#" + number;
  }
}
