package dev.slipway.strategies;

import static java.util.Objects.requireNonNull;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A plan carried out on paper, lane after lane, with what must hold at every moment: who gets
 * requests is healthy, nobody gets more than its part of what few enough can carry, and nothing is
 * stopped that gets any.
 */
final class Walk {
  private static final int SCALE = 256;
  private static final double POINT = 0.011;

  private final Situation situation;
  private final double most;
  private final Map<Instance, InstanceState> states;
  private Traffic traffic;

  Walk(Plan plan, Situation situation) {
    this.situation = situation;
    this.most = 1.0 / Math.max(1, Scene.minimum(plan)) + POINT;
    this.states = new TreeMap<>(situation.states());
    this.traffic = situation.traffic().orElseThrow();
  }

  /** Returns what is found after the first phases. */
  Situation through(Plan plan, int phases) {
    plan.phases().subList(0, phases).stream()
        .flatMap(phase -> phase.lanes().stream())
        .flatMap(lane -> lane.steps().stream())
        .forEach(this::take);
    return situation.with(states, Optional.of(traffic));
  }

  /** Returns what is found after all of it. */
  Situation through(Plan plan) {
    return through(plan, plan.phases().size());
  }

  /** Returns what is found where a lane was begun, failed, and was taken back. */
  Situation takenBack(Lane lane, int begun) {
    lane.steps().subList(0, begun).forEach(this::take);
    lane.restore(begun).forEach(this::take);
    return situation.with(states, Optional.of(traffic));
  }

  /** Returns the part of the requests that an instance gets, from 0 to 1. */
  double part(Instance instance) {
    Map<Instance, FlatTraffic.FlatMember> members = flat();
    double all = members.values().stream().mapToInt(FlatTraffic.FlatMember::weight).sum();
    return requireNonNull(members.get(instance)).weight() / Math.max(1, all);
  }

  private Map<Instance, FlatTraffic.FlatMember> flat() {
    return switch (traffic.flatten(SCALE)) {
      case Traffic.Flattening.Flat(var flat) -> flat.members();
      case Traffic.Flattening.Refused(var reason) -> throw new AssertionError(reason);
    };
  }

  private void take(Step step) {
    switch (step) {
      case InstanceStep of -> act(of);
      case TrafficStep change -> {
        traffic = change.applyTo(traffic);
        check(step);
      }
      case WaitStep _, JudgeStep _ -> {}
    }
  }

  private boolean isRouted(Instance instance) {
    return !traffic.routing().equals(Routing.NONE)
        && traffic.state(instance) == MemberState.SERVING
        && traffic.inTrack(Traffic.CANDIDATE).contains(instance);
  }

  private void act(InstanceStep step) {
    InstanceState before = state(step.instance());
    switch (step) {
      case InstanceStep.Activate(var instance, var release) ->
          states.put(
              instance,
              new InstanceState(
                  new Occupant.Known(release), before.condition(), Environment.CURRENT));
      case InstanceStep.Start(var instance) -> states.put(instance, in(before, Condition.HEALTHY));
      case InstanceStep.Stop(var instance) -> {
        if (part(instance) > 0 || isRouted(instance)) {
          throw new AssertionError("%s is stopped while it gets requests".formatted(instance));
        }
        states.put(instance, in(before, Condition.STOPPED));
      }
      case InstanceStep _ -> {}
    }
  }

  private InstanceState state(Instance instance) {
    return requireNonNull(states.get(instance));
  }

  private static InstanceState in(InstanceState before, Condition condition) {
    return new InstanceState(before.occupant(), condition, before.environment());
  }

  private void check(Step step) {
    traffic.members().keySet().stream()
        .filter(instance -> part(instance) > 0 || isRouted(instance))
        .forEach(instance -> {
          if (state(instance).condition() != Condition.HEALTHY) {
            throw new AssertionError("%s: %s is sent requests".formatted(step.render(), instance));
          }
          if (part(instance) > most) {
            throw new AssertionError(
                "%s: %s gets %.3f, and at most %.3f can be carried"
                    .formatted(step.render(), instance, part(instance), most));
          }
        });
  }

  /** Returns whether exactly the instances that run the release serve. */
  boolean isSettledOn(ReleaseId release) {
    return !traffic.isSplit()
        && traffic.routing().equals(Routing.NONE)
        && traffic.members().entrySet().stream()
            .allMatch(entry -> {
              InstanceState state = state(entry.getKey());
              boolean serves = entry.getValue().state() == MemberState.SERVING;
              boolean runs = state.condition() == Condition.HEALTHY;
              return serves == runs
                  && (!serves || state.occupant().equals(new Occupant.Known(release)));
            });
  }
}
