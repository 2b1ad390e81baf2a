package dev.slipway.strategies.simulation;

import java.time.Duration;

/** Something that goes wrong. */
public sealed interface Fault {
  /** Returns the name of the host that it is about. */
  String host();

  /** The host dies at a moment after the start, and stays dead. */
  record Dies(String host, Duration at) implements Fault {
    public Dies {
      if (at.isNegative()) {
        throw new IllegalArgumentException("%s would die before the start".formatted(host));
      }
    }
  }

  /** The new release never becomes healthy there. */
  record Sickens(String host) implements Fault {}
}
