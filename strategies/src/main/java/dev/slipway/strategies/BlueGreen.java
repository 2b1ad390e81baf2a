package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Planning;
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
 * @param prePromotionAnalysis judges the idle slots before anybody is asked
 * @param postPromotionAnalysis judges what serves after the switch, while the former one is warm
 * @param keep whether the former release runs on after that, until the next rollout needs its slots
 */
public record BlueGreen(
    Duration scaleDownDelay,
    Duration progressDeadline,
    Optional<Approval> promotion,
    Optional<Analysis> prePromotionAnalysis,
    Optional<Analysis> postPromotionAnalysis,
    boolean keep)
    implements Strategy {
  /** What {@code strategy: blueGreen} means without a file. */
  public static final BlueGreen DEFAULT =
      new BlueGreen(
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public BlueGreen {
    if (scaleDownDelay.isNegative() || !progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "scaleDownDelay %s must be zero or more, progressDeadline %s above zero"
              .formatted(scaleDownDelay, progressDeadline));
    }
    if (postPromotionAnalysis.isPresent() && scaleDownDelay.isZero()) {
      throw new IllegalArgumentException(
          "postPromotionAnalysis needs a scaleDownDelay, in which the former release is warm");
    }
  }

  /** One that stops the former release when its time is up. */
  public BlueGreen(
      Duration scaleDownDelay,
      Duration progressDeadline,
      Optional<Approval> promotion,
      Optional<Analysis> prePromotionAnalysis,
      Optional<Analysis> postPromotionAnalysis) {
    this(
        scaleDownDelay,
        progressDeadline,
        promotion,
        prePromotionAnalysis,
        postPromotionAnalysis,
        false);
  }

  @Override
  public String name() {
    return "blueGreen";
  }

  @Override
  public Strategy unattended() {
    return new BlueGreen(
        scaleDownDelay,
        progressDeadline,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        keep);
  }

  @Override
  public Planning plan(Situation situation) {
    return new BlueGreenPlanner(this, situation, Optional.empty()).plan(this);
  }
}
