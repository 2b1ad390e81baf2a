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
  private final Setting setting;
  private final Pace pace;

  Judges(Setting setting, Pace pace) {
    this.setting = setting;
    this.pace = pace;
  }

  Outcome apply(JudgeStep step, Signal signal) {
    return switch (step) {
      case JudgeStep.Capacity(var role, var minServing) ->
          enough(setting.post(role), minServing, signal);
    };
  }

  private Outcome enough(Setting.Post post, int minServing, Signal signal) {
    var deadline = pace.within(setting.limits().capacityDeadline());
    while (true) {
      Outcome judged = judged(post, minServing);
      if (judged.isGood() || deadline.isOver()) {
        return judged;
      }
      if (pace.rest(setting.limits().poll(), signal) == Pace.Rest.CUT) {
        return TrafficActs.cut(signal);
      }
    }
  }

  private static Outcome judged(Setting.Post post, int minServing) {
    return switch (serving(post)) {
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

  private static Count serving(Setting.Post post) {
    if (post.pool().isEmpty()) {
      return new Count.Serving(post.capacity().healthy());
    }
    return switch (post.pool().look()) {
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
