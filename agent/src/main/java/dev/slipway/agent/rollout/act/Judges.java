package dev.slipway.agent.rollout.act;

import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.rollout.act.Pool.Told;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.JudgeStep;
import java.util.Set;
import java.util.TreeSet;

/** Judges whether to go on. */
final class Judges {
  private final Pool pool;
  private final Capacity capacity;
  private final Pace pace;
  private final Limits limits;

  Judges(Pool pool, Capacity capacity, Pace pace, Limits limits) {
    this.pool = pool;
    this.capacity = capacity;
    this.pace = pace;
    this.limits = limits;
  }

  Outcome apply(JudgeStep step, Signal signal) {
    return switch (step) {
      case JudgeStep.Capacity(var minServing) -> enough(minServing, signal);
    };
  }

  private Outcome enough(int minServing, Signal signal) {
    var deadline = pace.within(limits.capacityDeadline());
    while (true) {
      Outcome judged = judged(minServing);
      if (judged.isGood() || deadline.isOver()) {
        return judged;
      }
      if (pace.rest(limits.poll(), signal) == Pace.Rest.CUT) {
        return TrafficActs.cut(signal);
      }
    }
  }

  private Outcome judged(int minServing) {
    return switch (serving()) {
      case Count.Serving(var instances) when instances.size() >= minServing ->
          new Outcome.Done("%d serve".formatted(instances.size()), 0);
      case Count.Serving(var instances) ->
          new Outcome.Errored(
              "only %d serve %s, and at least %d must"
                  .formatted(instances.size(), instances, minServing),
              Cause.DEADLINE);
      case Count.Unknown(var reason) -> new Outcome.Errored(reason, Cause.UNAVAILABLE);
    };
  }

  private Count serving() {
    if (pool.isEmpty()) {
      return new Count.Serving(capacity.healthy());
    }
    return switch (pool.look()) {
      case Told.Said(var observed) -> new Count.Serving(new TreeSet<>(Pool.serving(observed)));
      case Told.Denied(var reason) -> new Count.Unknown(reason);
      case Told.Silent(var reason) -> new Count.Unknown(reason);
    };
  }

  /** Who serves. */
  private sealed interface Count {
    record Serving(Set<Instance> instances) implements Count {}

    record Unknown(String reason) implements Count {}
  }
}
