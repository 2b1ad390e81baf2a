package dev.slipway.strategies;

import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Replaces instances batch by batch while the others serve.
 *
 * @param batches sizes of the batches, as Ansible's {@code serial}: the last one repeats until
 *     every instance is done; empty means batches of what may be out at once
 * @param maxUnavailable how many instances may be out at once; empty means 1, or the largest batch
 *     where batches are given
 * @param maxSurge how many instances may run beside the old ones, in spare slots
 * @param failureLimit how many instances may fail before the plan stops
 * @param pauseBetweenBatches a rest after each batch but the last
 * @param progressDeadline how long nothing may move before the rollout counts as failed
 */
public record Rolling(
    List<Amount> batches,
    Optional<Amount> maxUnavailable,
    Amount maxSurge,
    int failureLimit,
    Order order,
    Duration pauseBetweenBatches,
    Duration progressDeadline)
    implements Strategy {
  /** One instance at a time: what {@code strategy: rolling} means without a file. */
  public static final Rolling DEFAULT =
      new Rolling(
          List.of(),
          Optional.empty(),
          new Amount.Count(0),
          0,
          Order.UNHEALTHY_FIRST,
          Duration.ZERO,
          Duration.ofMinutes(10));

  public Rolling {
    batches = List.copyOf(batches);
    if (failureLimit < 0) {
      throw new IllegalArgumentException("failureLimit %d is below zero".formatted(failureLimit));
    }
    if (pauseBetweenBatches.isNegative() || !progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "pauseBetweenBatches %s must be zero or more, progressDeadline %s above zero"
              .formatted(pauseBetweenBatches, progressDeadline));
    }
  }

  /** Which instances come first. */
  public enum Order {
    /** Those that serve nobody anyway, then as the inventory lists them. */
    UNHEALTHY_FIRST,
    /** As the inventory lists them. */
    INVENTORY
  }

  @Override
  public String name() {
    return "rolling";
  }

  @Override
  public Strategy unattended() {
    return this;
  }

  @Override
  public Planning plan(Situation situation) {
    return new RollingPlanner(this, situation).plan();
  }
}
