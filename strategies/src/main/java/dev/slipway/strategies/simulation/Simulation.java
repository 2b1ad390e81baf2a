package dev.slipway.strategies.simulation;

import dev.slipway.strategies.Roles;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.simulation.Account.Ending;
import dev.slipway.strategies.simulation.Account.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Carries a plan out on a virtual fleet, and the way back where it fails.
 *
 * <p>The plans are those that the agent would make, and lanes fail and are taken back by the same
 * rules. What is simulated is the world: how long things take, who dies, and who answers.
 */
public final class Simulation {
  private static final int WAYS_BACK = 2;

  private final Scenario scenario;
  private final World world;
  private final Clockwork clock;
  private final List<Leg> legs = new ArrayList<>();
  private final TreeSet<String> incomplete = new TreeSet<>();

  private Simulation(Scenario scenario) {
    this.scenario = scenario;
    this.world = new World(scenario);
    this.clock = new Clockwork(scenario, world);
  }

  /** What came of it. */
  public sealed interface Outcome {
    /** This would happen. */
    record Told(Account account) implements Outcome {}

    /** Nothing: there is no plan, for these reasons. */
    record Refused(List<String> reasons) implements Outcome {
      public Refused {
        reasons = List.copyOf(reasons);
      }
    }
  }

  /** Runs a scenario to its end. */
  public static Outcome run(Scenario scenario) {
    return switch (plan(scenario, scenario.situations(), scenario.procedures())) {
      case Planning.Refused(var reasons) -> new Outcome.Refused(reasons);
      case Planning.Ready(var plan) -> new Outcome.Told(new Simulation(scenario).run(plan));
    };
  }

  private static Planning plan(
      Scenario scenario, List<Situation> situations, Procedures procedures) {
    return Roles.plan(
        scenario.strategy(),
        situations,
        procedures.tasks(),
        release -> release.equals(scenario.target()) ? scenario.procedures().hooks() : Hooks.NONE);
  }

  private Account run(Plan plan) {
    Leg there = leg(plan);
    return there.failure().isEmpty()
        ? account(Ending.SUCCEEDED, String.join("; ", failures(there)))
        : back(there.failure());
  }

  private static List<String> failures(Leg leg) {
    return leg.stretches().stream()
        .map(Account.Stretch::failure)
        .filter(failure -> !failure.isEmpty())
        .distinct()
        .toList();
  }

  private Account back(String reason) {
    String last = "";
    for (int i = 0; i < WAYS_BACK; i++) {
      switch (plan(scenario, world.found(), Procedures.NONE)) {
        case Planning.Refused(var reasons) -> {
          return account(
              Ending.NEEDS_HELP,
              "%s; and there is no way back: %s".formatted(reason, String.join("; ", reasons)));
        }
        case Planning.Ready(var plan) -> {
          incomplete.clear();
          Leg back = leg(plan);
          if (back.failure().isEmpty()) {
            return account(Ending.ROLLED_BACK, reason);
          }
          last = back.failure();
        }
      }
    }
    return account(Ending.NEEDS_HELP, "%s; and the way back failed: %s".formatted(reason, last));
  }

  private Leg leg(Plan plan) {
    var course = new LegCourse(plan, new Doing(scenario, world, plan, clock), clock);
    Leg leg = course.run();
    legs.add(leg);
    incomplete.addAll(plan.skipped());
    incomplete.addAll(course.incomplete());
    return leg;
  }

  private Account account(Ending ending, String reason) {
    return new Account(legs, clock.moments(), ending, List.copyOf(incomplete), reason);
  }
}
