package dev.slipway.strategies;

import static dev.slipway.strategies.traffic.Traffic.CANDIDATE;

import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

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
    return plan(strategy, List.of(), _ -> stages());
  }

  /**
   * Returns the plan of a strategy whose stages are others.
   *
   * @param lacking why there can be none of these stages
   */
  Planning plan(Strategy strategy, List<String> lacking, Consumer<Conversion> stages) {
    var reasons = new ArrayList<String>(reasons(strategy.name()));
    if (isStaged()) {
      reasons.addAll(lacking);
    }
    return reasons.isEmpty()
        ? new Planning.Ready(ready(strategy, stages))
        : new Planning.Refused(reasons);
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
      room(name).ifPresentOrElse(reasons::add, () -> reasons.addAll(scales()));
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

  /** Returns which weights so few candidates cannot carry, and what balancers cannot tell apart. */
  private List<String> scales() {
    var reasons = new LinkedHashSet<String>();
    var course = new Course();
    for (Canary.Stage step : canary.steps()) {
      course.take(step);
      if (course.count() < needed(course.weight)) {
        reasons.add(
            "canaryScale of %d cannot carry a weight of %d: that takes %d of %d instances"
                .formatted(course.count(), course.weight, needed(course.weight), capacity));
      }
      tooMany(course).ifPresent(reasons::add);
      missing(course.routing()).ifPresent(reasons::add);
    }
    return List.copyOf(reasons);
  }

  /** Without a second slot a candidate is one fewer for the rest of the requests. */
  private Optional<String> tooMany(Course course) {
    int all = hosts.reachable().size();
    int left = all - course.count();
    int rest = needed(ALL - course.weight);
    return situation.role().hasSpareSlot() || left >= rest
        ? Optional.empty()
        : Optional.of(
            "canaryScale of %d leaves %d of %d instances for a weight of %d, and that takes %d"
                .formatted(course.count(), left, all, ALL - course.weight, rest));
  }

  private Optional<String> missing(Routing routing) {
    Set<Capability> known = situation.capabilities();
    if (!routing.rules().isEmpty() && !known.contains(Capability.MATCH)) {
      return Optional.of(
          "setHeaderRoute needs balancers that tell requests apart by what they carry; "
              + "docs/balancers.md says which do");
    }
    return routing.mirror().isPresent() && !known.contains(Capability.MIRROR)
        ? Optional.of(
            "setMirrorRoute needs balancers that copy requests; docs/balancers.md says which do")
        : Optional.empty();
  }

  /** Returns how many candidates there are at a weight. */
  int count(int percent) {
    return canary.instances().orElse(Math.max(1, needed(percent)));
  }

  private int needed(int percent) {
    return Math.ceilDiv(percent * capacity, ALL);
  }

  private Plan ready(Strategy strategy, Consumer<Conversion> stages) {
    if (isStaged()) {
      stages.accept(conversion);
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
    var course = new Course();
    conversion.await(course.name, waits(0, course));
    for (int i = 0; i < canary.steps().size(); i++) {
      if (course.take(canary.steps().get(i))) {
        conversion.grow(course.count());
        conversion.stage(course.name, course.share(), course.routing(), waits(i + 1, course));
      }
    }
  }

  /** What holds from one step to the next. */
  private final class Course {
    private String name = "before stage 1";
    private int weight;
    private int stages;
    private int taken;
    private Optional<Amount> scale = canary.instances().map(Amount.Count::new);
    private final Map<String, List<Rule>> rules = new LinkedHashMap<>();
    private final Map<String, Mirror> mirrors = new LinkedHashMap<>();

    /** Returns whether that begins something; all else happens while what holds goes on. */
    private boolean take(Canary.Stage step) {
      taken++;
      return switch (step) {
        case Canary.Stage.SetWeight(var percent) -> {
          weight = percent;
          stages++;
          yield begins("stage %d: %d%%".formatted(stages, percent));
        }
        case Canary.Stage.SetCanaryScale(var candidates) -> {
          scale = candidates;
          yield begins("step %d: scale".formatted(taken));
        }
        case Canary.Stage.SetHeaderRoute(var route, var matches) -> {
          rules.put(route, matches.stream().map(match -> new Rule(match, CANDIDATE)).toList());
          yield begins("step %d: route %s".formatted(taken, route));
        }
        case Canary.Stage.SetMirrorRoute(var route, var share, var methods) -> {
          mirrors.remove(route);
          if (!share.equals(Share.NONE)) {
            mirrors.put(route, new Mirror(CANDIDATE, share, methods));
          }
          yield begins("step %d: mirror %s".formatted(taken, route));
        }
        case Canary.Stage.Pause _, Canary.Stage.AwaitApproval _, Canary.Stage.Judge _ -> false;
      };
    }

    private boolean begins(String called) {
      name = called;
      return true;
    }

    private Share share() {
      return Share.percent(weight);
    }

    private Routing routing() {
      return new Routing(
          rules.values().stream().flatMap(List::stream).toList(),
          mirrors.values().stream().findFirst(),
          Optional.empty());
    }

    /** Whoever gets anything at all, gets it from somebody. */
    private int count() {
      int least = isReached() ? 1 : 0;
      return Math.max(least, scale.map(amount -> amount.of(capacity)).orElse(needed(weight)));
    }

    private boolean isReached() {
      return weight > 0 || !routing().equals(Routing.NONE);
    }
  }

  /** Returns what happens from here on until something else begins. */
  private List<Move> waits(int from, Course course) {
    var moves = new ArrayList<Move>();
    for (Canary.Stage step : canary.steps().subList(from, canary.steps().size())) {
      switch (step) {
        case Canary.Stage.SetWeight _,
            Canary.Stage.SetCanaryScale _,
            Canary.Stage.SetHeaderRoute _,
            Canary.Stage.SetMirrorRoute _ -> {
          return moves;
        }
        case Canary.Stage.Pause(var duration) -> moves.add(pause(duration, course));
        case Canary.Stage.Judge(var analysis) ->
            moves.add(conversion.judged(analysis, analysis.span(), course.share()));
        case Canary.Stage.AwaitApproval(var approval) ->
            moves.add(Move.of(new WaitStep.AwaitApproval(course.name, approval)));
      }
    }
    return moves;
  }

  /** A pause is there to see how the candidates do, where something says what to look at. */
  private Move pause(Duration duration, Course course) {
    return canary
        .analysis()
        .filter(_ -> !duration.isZero() && course.isReached())
        .map(analysis -> conversion.judged(analysis, duration, course.share()))
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
