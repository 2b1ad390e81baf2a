package dev.slipway.strategies.procedures;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Lays hooks into a plan, around the steps that they are about: those of the release that leaves an
 * instance, and of the one that arrives there.
 *
 * <p>Only what arrives on a way forward may fail. A release that leaves cannot hold up the next one
 * by its hooks, which is what users of CodeDeploy suffer from, and nothing holds up a way back.
 */
public final class Hooked {
  private final Function<ReleaseId, Hooks> hooks;
  private final boolean isForward;
  private final Map<Link, ReleaseId> lying = new HashMap<>();
  private final Set<Instance> serving = new TreeSet<>();

  private Hooked(List<Situation> observed, Function<ReleaseId, Hooks> hooks) {
    this.hooks = hooks;
    this.isForward = observed.getFirst().direction() == Direction.FORWARD;
    for (Situation situation : observed) {
      situation.traffic().ifPresent(traffic -> serving.addAll(traffic.serving()));
      situation
          .states()
          .forEach((instance, state) -> {
            if (state.occupant() instanceof Occupant.Known(var release)) {
              lying.put(Link.of(instance), release);
            }
          });
    }
  }

  /** Returns the plan with the hooks of the releases that it meets. */
  public static Plan of(Plan plan, List<Situation> observed, Function<ReleaseId, Hooks> hooks) {
    var hooked = new Hooked(observed, hooks);
    return plan.with(plan.phases().stream().map(hooked::phase).toList());
  }

  /** What roles share that use the same link on a host. */
  private record Link(String host, String slot) {
    private static Link of(Instance instance) {
      return new Link(instance.host(), instance.slot());
    }
  }

  private Phase phase(Phase phase) {
    return new Phase(phase.name(), phase.lanes().stream().map(this::lane).toList());
  }

  private Lane lane(Lane lane) {
    return new Lane(lane.id(), lane.moves().stream().flatMap(this::moves).toList());
  }

  private Stream<Move> moves(Move move) {
    var moves = new ArrayList<Move>();
    before(move.step(), isForward).map(Move::of).forEach(moves::add);
    lies(move.step());
    List<Move> after = after(move.step(), isForward).map(Move::of).toList();
    serves(move.step());
    moves.add(new Move(move.step(), move.undo().stream().flatMap(this::undoing).toList()));
    moves.addAll(after);
    return moves.stream();
  }

  private Stream<Step> undoing(Step step) {
    return Stream.of(before(step, false), Stream.of(step), after(step, false))
        .flatMap(steps -> steps);
  }

  /** Follows what lies in an instance from step to step. */
  private void lies(Step step) {
    switch (step) {
      case InstanceStep.Activate(var instance, var release) ->
          lying.put(Link.of(instance), release);
      case InstanceStep.Relink(var instance, _) -> lying.remove(Link.of(instance));
      case InstanceStep.Clear(var instance) -> lying.remove(Link.of(instance));
      case InstanceStep _, TrafficStep _, WaitStep _, JudgeStep _ -> {}
    }
  }

  /** Follows who gets requests from step to step: whose share only changes, is told nothing. */
  private void serves(Step step) {
    switch (step) {
      case TrafficStep.Admit(var instance) -> serving.add(instance);
      case TrafficStep.Drain(var instance) -> serving.remove(instance);
      case TrafficStep.Retire(var instance) -> serving.remove(instance);
      case TrafficStep.Shift(_, var candidates, _, _) -> serving.addAll(candidates);
      case TrafficStep.Switch(_, var to, var from, _) -> {
        serving.addAll(to);
        serving.removeAll(from);
      }
      case TrafficStep.WhenNobody _ -> {}
      case InstanceStep _, WaitStep _, JudgeStep _ -> {}
    }
  }

  private Set<Instance> gaining(Set<Instance> instances) {
    var gaining = new TreeSet<>(instances);
    gaining.removeAll(serving);
    return gaining;
  }

  private Stream<Step> before(Step step, boolean isBinding) {
    return switch (step) {
      case TrafficStep.Drain(var instance) ->
          hook(instance, Lifecycle.BEFORE_BLOCK_TRAFFIC, isBinding);
      case InstanceStep.Stop(var instance) -> hook(instance, Lifecycle.APPLICATION_STOP, isBinding);
      case TrafficStep.Admit(var instance) ->
          hook(instance, Lifecycle.BEFORE_ALLOW_TRAFFIC, isBinding);
      case TrafficStep.Switch(_, var to, var from, _) ->
          Stream.concat(
              hooks(from, Lifecycle.BEFORE_BLOCK_TRAFFIC, isBinding),
              hooks(gaining(to), Lifecycle.BEFORE_ALLOW_TRAFFIC, isBinding));
      case TrafficStep.Shift(_, var candidates, _, _) ->
          hooks(gaining(candidates), Lifecycle.BEFORE_ALLOW_TRAFFIC, isBinding);
      case TrafficStep.Retire _, TrafficStep.WhenNobody _ -> Stream.empty();
      case InstanceStep _, WaitStep _, JudgeStep _ -> Stream.empty();
    };
  }

  private Stream<Step> after(Step step, boolean isBinding) {
    return switch (step) {
      case WaitStep.AwaitIdle(var instance, _) ->
          hook(instance, Lifecycle.AFTER_BLOCK_TRAFFIC, isBinding);
      case InstanceStep.Start(var instance) ->
          hook(instance, Lifecycle.APPLICATION_START, isBinding);
      case InstanceStep.Prove(var instance) ->
          hook(instance, Lifecycle.VALIDATE_SERVICE, isBinding);
      case TrafficStep.Admit(var instance) ->
          hook(instance, Lifecycle.AFTER_ALLOW_TRAFFIC, isBinding);
      case TrafficStep.Switch(_, var to, _, _) ->
          hooks(gaining(to), Lifecycle.AFTER_ALLOW_TRAFFIC, isBinding);
      case TrafficStep.Shift(_, var candidates, _, _) ->
          hooks(gaining(candidates), Lifecycle.AFTER_ALLOW_TRAFFIC, isBinding);
      case TrafficStep.Drain _, TrafficStep.Retire _, TrafficStep.WhenNobody _ -> Stream.empty();
      case InstanceStep _, WaitStep _, JudgeStep _ -> Stream.empty();
    };
  }

  private Stream<Step> hooks(Set<Instance> instances, Lifecycle moment, boolean isBinding) {
    return instances.stream().flatMap(instance -> hook(instance, moment, isBinding));
  }

  private Stream<Step> hook(Instance instance, Lifecycle moment, boolean isBinding) {
    return Stream.ofNullable(lying.get(Link.of(instance)))
        .filter(release -> !hooks.apply(release).of(moment).isEmpty())
        .map(release -> hook(instance, release, moment, isBinding && !moment.isLeaving()));
  }

  private Step hook(Instance instance, ReleaseId release, Lifecycle moment, boolean isBinding) {
    Hooks of = hooks.apply(release);
    return new InstanceStep.Hook(instance, release, moment, of.of(moment), of.timeout(), isBinding);
  }
}
