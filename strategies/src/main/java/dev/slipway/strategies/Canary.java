package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives the release a small share of the requests first, and more from stage to stage; then the
 * rest of the fleet is converted while those that were proven serve.
 *
 * @param steps what happens before the rest is converted, in the words of Argo Rollouts; weights
 *     never fall
 * @param analysis judges the candidates for as long as each pause lasts; empty if only their health
 *     does
 * @param instances how many candidates there are at every weight; empty means as many as can carry
 *     the weight, which is Argo's {@code matchTrafficWeight}
 * @param maxUnavailable how many instances may be out at once where there are no spare slots, and
 *     how many are converted at once where there are
 * @param progressDeadline how long nothing may move before the rollout counts as failed
 */
public record Canary(
    List<Stage> steps,
    Optional<Analysis> analysis,
    Optional<Integer> instances,
    Amount maxUnavailable,
    Duration progressDeadline)
    implements Strategy {
  private static final int ALL = 100;

  /** The weights of the stages where none are written. */
  public static final List<Integer> USUAL_WEIGHTS = List.of(5, 25, 50, 75, ALL);

  /** How long those stages last. */
  public static final Duration USUAL_INTERVAL = Duration.ofMinutes(5);

  /** What {@code strategy: canary} means without a file. */
  public static final Canary DEFAULT =
      new Canary(
          stages(USUAL_WEIGHTS, USUAL_INTERVAL),
          Optional.of(Analysis.DEFAULT),
          Optional.empty(),
          new Amount.Count(1),
          Duration.ofMinutes(10));

  public Canary {
    steps = List.copyOf(steps);
    int before = 0;
    for (Stage step : steps) {
      if (step instanceof Stage.SetWeight(var percent)) {
        if (percent < before) {
          throw new IllegalArgumentException(
              "a weight of %d after %d would fall".formatted(percent, before));
        }
        before = percent;
      }
    }
    if (instances.filter(count -> count < 1).isPresent() || !progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "canaryScale %s and progressDeadline %s must be above zero"
              .formatted(instances, progressDeadline));
    }
  }

  /** One step of a canary. */
  public sealed interface Stage {
    /** The candidates get this share of the requests, in whole percent. */
    record SetWeight(int percent) implements Stage {
      public SetWeight {
        if (percent < 1 || percent > ALL) {
          throw new IllegalArgumentException(
              "a weight of %d is out of 1..%d".formatted(percent, ALL));
        }
      }
    }

    /**
     * So many candidates there are from here on, whatever they get; empty means as many as can
     * carry the weight. Those that are there already stay.
     */
    record SetCanaryScale(Optional<Amount> candidates) implements Stage {}

    /**
     * Requests that carry any of this go to the candidates, until the rest is converted.
     *
     * @param name of the route, under which it is replaced or, without anything to match, removed
     */
    record SetHeaderRoute(String name, List<Rule.Match> matches) implements Stage {
      public SetHeaderRoute {
        matches = List.copyOf(matches);
      }
    }

    /**
     * Copies of requests go to the candidates, until the rest is converted.
     *
     * @param name of the route, under which it is replaced or, with a share of nothing, removed
     */
    record SetMirrorRoute(String name, Share share, Set<String> methods) implements Stage {
      public SetMirrorRoute {
        methods = Collections.unmodifiableSet(new TreeSet<>(methods));
      }
    }

    /** Time passes. */
    record Pause(Duration duration) implements Stage {
      public Pause {
        if (duration.isNegative()) {
          throw new IllegalArgumentException("a pause of %s is below zero".formatted(duration));
        }
      }
    }

    /** People say that it may go on. */
    record AwaitApproval(Approval approval) implements Stage {}

    /** The candidates are judged for as long as the analysis takes. */
    record Judge(Analysis analysis) implements Stage {}
  }

  /** Returns this canary without stages, for a release that was trusted before. */
  @Override
  public Canary unattended() {
    return new Canary(List.of(), Optional.empty(), instances, maxUnavailable, progressDeadline);
  }

  /** Returns steps of these weights with a pause after each: Flagger's {@code stepWeights}. */
  public static List<Stage> stages(List<Integer> weights, Duration interval) {
    var steps = new ArrayList<Stage>();
    for (int weight : weights) {
      steps.add(new Stage.SetWeight(weight));
      steps.add(new Stage.Pause(interval));
    }
    return steps;
  }

  @Override
  public String name() {
    return "canary";
  }

  @Override
  public Planning plan(Situation situation) {
    return new CanaryPlanner(this, situation).plan(this);
  }
}
