package dev.slipway.strategies.fleet.trial;

import java.util.List;
import java.util.Optional;

/** What a role asks of a new release after it was proven healthy, and before users ask it. */
public record Trials(Optional<Warmup> warmup, List<SmokeTest> smokeTests) {
  /** Nothing but health. */
  public static final Trials NONE = new Trials(Optional.empty(), List.of());

  public Trials {
    smokeTests = List.copyOf(smokeTests);
  }
}
