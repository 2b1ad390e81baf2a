package dev.slipway.strategies.plan;

import java.util.List;

/** Lanes that run side by side; the next phase waits for all of them. */
public record Phase(String name, List<Lane> lanes) {
  public Phase {
    lanes = List.copyOf(lanes);
    if (name.isBlank() || lanes.isEmpty()) {
      throw new IllegalArgumentException("a phase needs a name and at least one lane");
    }
  }
}
