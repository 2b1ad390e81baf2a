package dev.slipway.strategies;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What comes first where a release is on trial and another one shall come: all requests and all
 * hosts go back to what is stable, as in Argo Rollouts, so that no release is ever judged against
 * one that was not.
 */
final class Returning {
  private static final String PREFIX = "return: ";

  private final Situation trial;
  private final Situation back;

  private Returning(Situation trial, ReleaseId stable) {
    this.trial = trial;
    this.back = trial.to(stable, Direction.BACK);
  }

  /** Returns what must come first; nothing where no release is on trial. */
  static Optional<Returning> of(Strategy strategy, Situation situation) {
    return situation
        .stable()
        .filter(stable -> !stable.equals(situation.target()))
        .filter(stable ->
            situation.direction() == Direction.FORWARD
                && situation.traffic().isPresent()
                && (isSplit(situation) || (isJudged(strategy) && isMixed(situation, stable))))
        .map(stable -> new Returning(situation, stable));
  }

  static boolean isSplit(Situation situation) {
    return situation.traffic().filter(Traffic::isSplit).isPresent();
  }

  private static boolean isJudged(Strategy strategy) {
    return switch (strategy) {
      case Canary _, Ramped _, Shadow _, AbTest _ -> true;
      case Rolling _, Recreate _, BlueGreen _ -> false;
      case Strategy.Attended(var own, _) -> isJudged(own);
    };
  }

  /** Whether somebody serves a release that is neither trusted nor wanted. */
  private static boolean isMixed(Situation situation, ReleaseId stable) {
    return situation.traffic().stream()
        .flatMap(traffic -> traffic.serving().stream())
        .map(instance -> situation.state(instance).occupant())
        .anyMatch(occupant ->
            occupant instanceof Occupant.Known(var release)
                && !release.equals(stable)
                && !release.equals(situation.target()));
  }

  /** Returns the situation as it will be after that. */
  Situation after() {
    var states = new TreeMap<>(trial.states());
    Traffic traffic = trial.traffic().orElseThrow().whole();
    for (HostView host : HostView.of(back)) {
      if (host.work() != Work.UNREACHABLE) {
        Instance kept = host.hasTarget() || host.spare().isEmpty() ? host.active() : host.next();
        traffic = alone(host, kept, states, traffic);
      }
    }
    return trial.with(states, Optional.of(traffic));
  }

  private Traffic alone(
      HostView host, Instance kept, Map<Instance, InstanceState> states, Traffic before) {
    Traffic traffic = before;
    for (Instance slot : host.slots()) {
      boolean isKept = slot.equals(kept);
      states.computeIfPresent(slot, (_, state) -> isKept ? stable() : stopped(state));
      traffic = traffic.with(slot, isKept ? MemberState.SERVING : MemberState.OUT);
    }
    return traffic;
  }

  private InstanceState stable() {
    return new InstanceState(
        new Occupant.Known(back.target()), Condition.HEALTHY, Environment.CURRENT);
  }

  private static InstanceState stopped(InstanceState state) {
    return new InstanceState(state.occupant(), Condition.STOPPED, state.environment());
  }

  /** Returns the way back and then the plan. */
  Planning before(Strategy strategy, Planning planning) {
    return planning instanceof Planning.Ready(var plan)
            && conversion(strategy).plan(back) instanceof Planning.Ready(var way)
        ? new Planning.Ready(joined(way, plan))
        : planning;
  }

  /** Returns the strategy that plans a way back while requests are shared out: only one can. */
  static Strategy conversion(Strategy strategy) {
    return switch (strategy) {
      case Canary canary -> canary;
      case Ramped ramped -> ramped;
      case AbTest test -> test;
      case Rolling _, Recreate _, BlueGreen _, Shadow _ -> Canary.DEFAULT;
      case Strategy.Attended(var own, _) -> conversion(own);
    };
  }

  private Plan joined(Plan way, Plan plan) {
    var roles = new LinkedHashMap<>(plan.roles());
    String role = trial.role().name();
    roles.computeIfPresent(
        role,
        (_, serving) ->
            new Plan.Serving(trial.traffic(), Math.min(serving.minimum(), minimum(way, serving))));
    return new Plan(
        plan.title(),
        plan.target(),
        plan.former(),
        roles,
        all(way.background().stream().map(this::renamed), plan.background().stream()),
        all(way.phases().stream().map(this::renamed), plan.phases().stream()),
        plan.failureLimit(),
        plan.skipped(),
        plan.progressDeadline(),
        plan.remarks());
  }

  private int minimum(Plan way, Plan.Serving otherwise) {
    return way.roles().getOrDefault(trial.role().name(), otherwise).minimum();
  }

  private static <T> List<T> all(Stream<T> first, Stream<T> then) {
    return Stream.concat(first, then).toList();
  }

  /** Returns how many phases at the beginning of a plan are a way back. */
  static int length(Plan plan) {
    List<Boolean> all =
        plan.phases().stream().map(phase -> phase.name().startsWith(PREFIX)).toList();
    return all.lastIndexOf(true) + 1;
  }

  /** Both plans have lanes for the same hosts. */
  private Phase renamed(Phase phase) {
    return new Phase(PREFIX + phase.name(), phase.lanes().stream().map(this::renamed).toList());
  }

  private Lane renamed(Lane lane) {
    var moves = new ArrayList<Move>();
    lane.moves().forEach(move -> moves.add(new Move(renamed(move.step()), move.undo())));
    return new Lane(PREFIX + lane.id(), moves);
  }

  private Step renamed(Step step) {
    return step instanceof WaitStep.Join(var lane) ? new WaitStep.Join(PREFIX + lane) : step;
  }
}
