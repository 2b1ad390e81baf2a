package dev.slipway.strategies;

import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Nobody;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Stops everything, then starts everything: the big bang, with its downtime stated in the plan.
 *
 * @param park how requests wait meanwhile; empty means parked with defaults where every balancer
 *     can, else refused
 * @param progressDeadline how long nothing may move before the rollout counts as failed
 */
public record Recreate(Optional<Nobody.Park> park, Duration progressDeadline) implements Strategy {
  /** What {@code strategy: recreate} means without a file. */
  public static final Recreate DEFAULT = new Recreate(Optional.empty(), Duration.ofMinutes(10));

  public Recreate {
    if (!progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "progressDeadline %s must be above zero".formatted(progressDeadline));
    }
  }

  @Override
  public String name() {
    return "recreate";
  }

  @Override
  public Strategy unattended() {
    return this;
  }

  @Override
  public Planning plan(Situation situation) {
    return new RecreatePlanner(this, List.of(situation)).plan();
  }
}
