package dev.slipway.strategies;

import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Situation;
import java.time.Duration;
import java.util.Optional;

/**
 * Starts the release in the idle slots, proves it there, and switches all traffic at once; the
 * former one stays warm for a while.
 *
 * @param scaleDownDelay how long the former release runs on after the switch, so that a way back is
 *     one switch; as in Argo Rollouts, but longer by default, for a second slot costs little here
 * @param progressDeadline how long nothing may move before the rollout counts as failed
 * @param promotion who has to approve before the switch; empty if nobody is asked
 */
public record BlueGreen(
    Duration scaleDownDelay, Duration progressDeadline, Optional<Approval> promotion)
    implements Strategy {
  /** What {@code strategy: blueGreen} means without a file. */
  public static final BlueGreen DEFAULT =
      new BlueGreen(Duration.ofMinutes(5), Duration.ofMinutes(10), Optional.empty());

  public BlueGreen {
    if (scaleDownDelay.isNegative() || !progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "scaleDownDelay %s must be zero or more, progressDeadline %s above zero"
              .formatted(scaleDownDelay, progressDeadline));
    }
  }

  @Override
  public String name() {
    return "blueGreen";
  }

  @Override
  public Strategy unattended() {
    return new BlueGreen(scaleDownDelay, progressDeadline, Optional.empty());
  }

  @Override
  public Planning plan(Situation situation) {
    return new BlueGreenPlanner(this, situation).plan();
  }
}
