package dev.slipway.strategies;

import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the plan of a canary: stages of weight and time first, then the conversion of the rest.
 *
 * <p>The way back is the same conversion with the stable release as target, without stages: it
 * takes all requests at once if it can carry them.
 */
final class CanaryPlanner {
  private static final int ALL = 100;

  private final Canary canary;
  private final Situation situation;
  private final Hosts hosts;
  private final int unavailable;
  private final int capacity;
  private final Conversion conversion;

  CanaryPlanner(Canary canary, Situation situation) {
    this.canary = canary;
    this.situation = situation;
    this.hosts = new Hosts(situation);
    this.unavailable = canary.maxUnavailable().of(hosts.reachable().size());
    this.capacity = hosts.minServing(situation.role().hasSpareSlot() ? 0 : unavailable);
    this.conversion = new Conversion(situation, capacity, Math.max(1, unavailable));
  }

  /** Returns the plan of a strategy, or why there is none. */
  Planning plan(Strategy strategy) {
    List<String> reasons = reasons(strategy.name());
    return reasons.isEmpty() ? new Planning.Ready(ready(strategy)) : new Planning.Refused(reasons);
  }

  private List<String> reasons(String name) {
    var reasons = new ArrayList<String>(hosts.refusals(unavailable));
    if (situation.direction() == Direction.BACK) {
      return reasons;
    }
    if (situation.traffic().isEmpty() && situation.plays()) {
      reasons.add(
          "%s needs a balancer to give shares of the requests, and none is in front of role '%s'"
              .formatted(name, situation.role().name()));
    }
    if (isStaged() && reasons.isEmpty()) {
      room(name).ifPresent(reasons::add);
      scales().forEach(reasons::add);
      reasons.addAll(new Company(situation).refusals(hosts.with(Work.REPLACE)));
    }
    return reasons;
  }

  /** The first candidates must leave enough others. */
  private Optional<String> room(String name) {
    if (situation.role().hasSpareSlot()) {
      return Optional.empty();
    }
    if (unavailable < 1) {
      return Optional.of(
          "maxUnavailable 0 needs a second slot, and role '%s' has one"
              .formatted(situation.role().name()));
    }
    boolean isSomebodyIdle = !hosts.with(Work.REPLACE).stream().allMatch(HostView::serves);
    return hosts.serving() > 1 || isSomebodyIdle
        ? Optional.empty()
        : Optional.of(
            "%s needs a second host or a second slot: role '%s' has one slot and %d host serving"
                .formatted(name, situation.role().name(), hosts.serving()));
  }

  private List<String> scales() {
    return canary.instances().stream()
        .flatMap(count ->
            canary.steps().stream()
                .filter(step ->
                    step instanceof Canary.Stage.SetWeight(var percent) && needed(percent) > count)
                .map(Canary.Stage.SetWeight.class::cast)
                .map(weight ->
                    "canaryScale of %d cannot carry a weight of %d: that takes %d of %d instances"
                        .formatted(count, weight.percent(), needed(weight.percent()), capacity)))
        .toList();
  }

  private int needed(int percent) {
    return Math.max(1, Math.ceilDiv(percent * capacity, ALL));
  }

  private Plan ready(Strategy strategy) {
    if (isStaged()) {
      stages();
    } else {
      conversion.begin();
      conversion.bringAllBeside();
    }
    return hosts.plan(
        strategy,
        conversion.staging(),
        conversion.finished(),
        capacity,
        0,
        strategy.progressDeadline(),
        remarks());
  }

  /** Where nothing serves there is nothing to compare with, and what is trusted needs no trial. */
  private boolean isStaged() {
    return situation.isNew()
        && !canary.steps().isEmpty()
        && situation.plays()
        && situation.traffic().isPresent()
        && hosts.serving() > 0
        && !hosts.with(Work.REPLACE).isEmpty();
  }

  private void stages() {
    String name = "before stage 1";
    conversion.await(name, waits(0, name, Share.NONE));
    int number = 0;
    for (int i = 0; i < canary.steps().size(); i++) {
      if (canary.steps().get(i) instanceof Canary.Stage.SetWeight(var percent)) {
        number++;
        name = "stage %d: %d%%".formatted(number, percent);
        Share share = Share.percent(percent);
        conversion.grow(canary.instances().orElse(needed(percent)));
        conversion.stage(name, share, waits(i + 1, name, share));
      }
    }
  }

  /** Returns what follows a weight until the next one. */
  private List<Move> waits(int from, String stage, Share share) {
    var moves = new ArrayList<Move>();
    for (Canary.Stage step : canary.steps().subList(from, canary.steps().size())) {
      switch (step) {
        case Canary.Stage.SetWeight _ -> {
          return moves;
        }
        case Canary.Stage.Pause(var duration) -> moves.add(pause(duration, share));
        case Canary.Stage.Judge(var analysis) ->
            moves.add(conversion.judged(analysis, analysis.span(), share));
        case Canary.Stage.AwaitApproval(var approval) ->
            moves.add(Move.of(new WaitStep.AwaitApproval(stage, approval)));
      }
    }
    return moves;
  }

  /** A pause is there to see how the candidates do, where something says what to look at. */
  private Move pause(Duration duration, Share share) {
    return canary
        .analysis()
        .filter(_ -> !duration.isZero() && !share.equals(Share.NONE))
        .map(analysis -> conversion.judged(analysis, duration, share))
        .orElseGet(() -> Move.of(new WaitStep.Pause(duration)));
  }

  private List<String> remarks() {
    return hosts.isFirstDeploy()
        ? List.of(
            situation
                .fleet()
                .naming()
                .about(situation.role().name(), "nothing runs yet: all hosts at once"))
        : List.of();
  }
}
