package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A canary whose share follows a curve over time instead of stages.
 *
 * @param from the first share, in whole percent
 * @param to the share at the end of the curve; the rest of the fleet is converted after it
 * @param duration how long the curve takes
 * @param interval how long the share stays as it is; a shorter time makes more and smaller steps
 * @param analysis judges the candidates while the share grows; empty if only their health does
 * @param maxUnavailable as in a {@link Canary}
 * @param progressDeadline how long nothing may move before the rollout counts as failed
 */
public record Ramped(
    int from,
    int to,
    Duration duration,
    Duration interval,
    Curve curve,
    Optional<Analysis> analysis,
    Amount maxUnavailable,
    Duration progressDeadline)
    implements Strategy {
  private static final int ALL = 100;

  /** What {@code strategy: ramped} means without a file. */
  public static final Ramped DEFAULT =
      new Ramped(
          1,
          ALL,
          Duration.ofMinutes(30),
          Duration.ofMinutes(1),
          Curve.LINEAR,
          Optional.of(Analysis.DEFAULT),
          new Amount.Count(1),
          Duration.ofMinutes(10));

  public Ramped {
    if (from < 1 || to > ALL || from > to) {
      throw new IllegalArgumentException(
          "a ramp from %d%% to %d%% is none within 1%%..100%%".formatted(from, to));
    }
    if (!duration.isPositive() || !interval.isPositive() || !progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "duration %s, interval %s and progressDeadline %s must be above zero"
              .formatted(duration, interval, progressDeadline));
    }
  }

  /** How the share grows. */
  public enum Curve {
    /** By the same number of points each time. */
    LINEAR,
    /** By the same factor each time: small for long, then fast. */
    EXPONENTIAL;

    private double at(double part, int from, int to) {
      return switch (this) {
        case LINEAR -> from + part * (to - from);
        case EXPONENTIAL -> from * Math.pow((double) to / from, part);
      };
    }
  }

  @Override
  public String name() {
    return "ramped";
  }

  @Override
  public Planning plan(Situation situation) {
    return new CanaryPlanner(asCanary(), situation).plan(this);
  }

  /** Returns a conversion without a curve, for a release that was trusted before. */
  @Override
  public Canary unattended() {
    return asCanary().unattended();
  }

  private Canary asCanary() {
    return new Canary(steps(), analysis, Optional.empty(), maxUnavailable, progressDeadline);
  }

  /** Each share of the curve once, for as long as it holds. */
  private List<Canary.Stage> steps() {
    long count = Math.max(1, duration.dividedBy(interval));
    var weights = new TreeSet<Integer>();
    for (long i = 0; i <= count; i++) {
      weights.add((int) Math.round(curve.at((double) i / count, from, to)));
    }
    var steps = new ArrayList<Canary.Stage>();
    for (int weight : weights) {
      steps.add(new Canary.Stage.SetWeight(weight));
      Duration held = held(weight, count);
      if (held.isPositive()) {
        steps.add(new Canary.Stage.Pause(held));
      }
    }
    return steps;
  }

  private Duration held(int weight, long count) {
    long times = 0;
    for (long i = 0; i < count; i++) {
      times += Math.round(curve.at((double) i / count, from, to)) == weight ? 1 : 0;
    }
    return duration.multipliedBy(times).dividedBy(count);
  }
}
