package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the release copies of real requests, whose answers no user sees; if its numbers are good,
 * all traffic is switched to it at once.
 *
 * @param mirrorWeight how many of a hundred requests are copied, as Flagger has it
 * @param methods the methods of which requests are copied
 * @param comparison how answers to copies are compared with those of the users; empty if not
 * @param duration for how long
 * @param analysis judges what became of the copies
 * @param promotion who has to approve before the switch; empty if nobody is asked
 * @param scaleDownDelay how long the former release runs on after the switch
 * @param progressDeadline how long nothing may move before the rollout counts as failed
 */
public record Shadow(
    int mirrorWeight,
    Set<String> methods,
    Optional<Comparison> comparison,
    Duration duration,
    Analysis analysis,
    Optional<Approval> promotion,
    Duration scaleDownDelay,
    Duration progressDeadline)
    implements Strategy {
  private static final int ALL = 100;

  /** What {@code strategy: shadow} means without a file. */
  public static final Shadow DEFAULT =
      new Shadow(
          ALL,
          Mirror.SAFE,
          Optional.empty(),
          Duration.ofMinutes(30),
          Analysis.DEFAULT,
          Optional.empty(),
          BlueGreen.DEFAULT.scaleDownDelay(),
          BlueGreen.DEFAULT.progressDeadline());

  public Shadow {
    if (mirrorWeight < 1 || mirrorWeight > ALL) {
      throw new IllegalArgumentException(
          "a mirrorWeight of %d is out of 1..%d".formatted(mirrorWeight, ALL));
    }
    methods = new Mirror(Traffic.CANDIDATE, Share.ALL, methods, comparison).methods();
    if (!duration.isPositive() || scaleDownDelay.isNegative() || !progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "duration %s and progressDeadline %s must be above zero, scaleDownDelay %s not below"
              .formatted(duration, progressDeadline, scaleDownDelay));
    }
  }

  @Override
  public String name() {
    return "shadow";
  }

  /** Returns the switch alone, for a release that was trusted before. */
  @Override
  public Strategy unattended() {
    return asSwitch().unattended();
  }

  @Override
  public Planning plan(Situation situation) {
    return new BlueGreenPlanner(asSwitch(), situation, Optional.of(new Rehearsal(this, situation)))
        .plan(this);
  }

  /** Returns what is copied, and what becomes of the answers. */
  Mirror mirror() {
    return new Mirror(Traffic.CANDIDATE, Share.percent(mirrorWeight), methods, comparison);
  }

  private BlueGreen asSwitch() {
    return new BlueGreen(
        scaleDownDelay, progressDeadline, promotion, Optional.empty(), Optional.empty());
  }
}
