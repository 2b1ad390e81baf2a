package dev.slipway.strategies.plan;

/** A number of instances, as a count or as a part of the fleet. */
public sealed interface Amount {

  /** So many instances. */
  record Count(int count) implements Amount {
    public Count {
      if (count < 0) {
        throw new IllegalArgumentException("%d is below zero".formatted(count));
      }
    }

    @Override
    public int of(int fleetSize) {
      return count;
    }

    @Override
    public String toString() {
      return String.valueOf(count);
    }
  }

  /** A part of the fleet. Rounds down, but never to zero, so that a small fleet still moves. */
  record Percent(int percent) implements Amount {
    private static final int WHOLE = 100;

    public Percent {
      if (percent < 1 || percent > WHOLE) {
        throw new IllegalArgumentException("%d%% is out of 1%%..100%%".formatted(percent));
      }
    }

    @Override
    public int of(int fleetSize) {
      return Math.max(1, (int) ((long) fleetSize * percent / WHOLE));
    }

    @Override
    public String toString() {
      return percent + "%";
    }
  }

  /** Returns how many instances of a fleet of this size are meant. */
  int of(int fleetSize);
}
