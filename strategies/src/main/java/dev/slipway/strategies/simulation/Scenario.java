package dev.slipway.strategies.simulation;

import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.Situation;
import java.util.List;
import java.util.Optional;

/**
 * What is simulated.
 *
 * @param situations one for each role, the judged one first
 * @param procedures what is run around the new release
 * @param demand what analyses judge by; empty if all of them are to end well
 */
public record Scenario(
    Strategy strategy,
    List<Situation> situations,
    Procedures procedures,
    Pace pace,
    List<Fault> faults,
    Optional<Demand> demand) {
  public Scenario {
    situations = List.copyOf(situations);
    faults = List.copyOf(faults);
    if (situations.isEmpty() || situations.getFirst().stable().isEmpty()) {
      throw new IllegalArgumentException("a simulation begins with a release that is stable");
    }
  }

  /** Returns what exists. */
  public Fleet fleet() {
    return situations.getFirst().fleet();
  }

  /** Returns the release that is rolled out. */
  public ReleaseId target() {
    return situations.getFirst().target();
  }

  /** Returns the release that the way back leads to. */
  public ReleaseId stable() {
    return situations.getFirst().stable().orElseThrow();
  }

  /** Returns whether the new release is no good on a host. */
  boolean isSick(String host) {
    return faults.contains(new Fault.Sickens(host));
  }
}
