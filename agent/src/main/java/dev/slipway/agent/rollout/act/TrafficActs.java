package dev.slipway.agent.rollout.act;

import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.rollout.act.Attempts.Tried;
import dev.slipway.agent.rollout.act.Pool.Changed;
import dev.slipway.agent.rollout.act.Pool.Told;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Map;
import java.util.Optional;

/** Makes steps on traffic true, on all balancers or not at all done. */
final class TrafficActs {
  private final Setting setting;
  private final Proofs proofs;
  private final Pace pace;
  private final Attempts attempts;

  TrafficActs(Setting setting, Proofs proofs, Pace pace) {
    this.setting = setting;
    this.proofs = proofs;
    this.pace = pace;
    this.attempts = new Attempts(pace, setting.limits());
  }

  Outcome begin(String role, Traffic wanted, Signal signal) {
    Pool pool = setting.post(role).pool();
    return attempts.repeat(signal, () -> tried(pool, pool.want(wanted)));
  }

  Outcome apply(TrafficStep step, Runnable announce, Signal signal) {
    return switch (step) {
      case TrafficStep.Drain(var instance) -> drain(step, instance, announce, signal);
      case TrafficStep.Retire(var instance) -> drain(step, instance, announce, signal);
      case TrafficStep.Admit(var instance) -> admit(step, instance, announce, signal);
      case TrafficStep.WhenNobody _ -> change(step, announce, signal);
    };
  }

  /** Waits for enough others before it lets anybody go; see {@link Capacity}. */
  private Outcome drain(TrafficStep step, Instance instance, Runnable announce, Signal signal) {
    var deadline = pace.within(setting.limits().capacityDeadline());
    return attempts.repeat(
        signal,
        () -> {
          while (true) {
            Changed changed =
                setting
                    .pool(instance)
                    .change(
                        observed -> setting.capacity(instance).objection(instance, observed),
                        before -> announced(step, announce, before));
            switch (changed) {
              case Changed.Answered(var told) -> {
                return tried(setting.pool(instance), told);
              }
              case Changed.Objected(var reason) -> {
                if (deadline.isOver()) {
                  return new Tried.Ended(new Outcome.Errored(reason, Cause.REFUSED));
                }
              }
            }
            if (pace.rest(setting.limits().poll(), signal) == Pace.Rest.CUT) {
              return new Tried.Ended(cut(signal));
            }
          }
        });
  }

  /** Health before traffic: what was not proven in its present process is proven first. */
  private Outcome admit(TrafficStep step, Instance instance, Runnable announce, Signal signal) {
    Outcome proof = proofs.ensure(instance, signal);
    if (!proof.isGood()) {
      return proof;
    }
    setting.pool(instance).takeBack(instance);
    Outcome changed = change(step, announce, signal);
    return changed.isGood() ? awaitUp(instance, signal) : changed;
  }

  private Outcome change(TrafficStep step, Runnable announce, Signal signal) {
    return attempts.repeat(
        signal,
        () ->
            switch (pool(step)
                .change(_ -> Optional.empty(), before -> announced(step, announce, before))) {
              case Changed.Answered(var told) -> tried(pool(step), told);
              case Changed.Objected(var reason) ->
                  new Tried.Ended(new Outcome.Errored(reason, Cause.REFUSED));
            });
  }

  /** The journal knows what is wanted before a balancer does. */
  private static Traffic announced(TrafficStep step, Runnable announce, Traffic before) {
    Traffic next = step.applyTo(before);
    if (!next.equals(before)) {
      announce.run();
    }
    return next;
  }

  private Outcome awaitUp(Instance instance, Signal signal) {
    var deadline = pace.within(setting.role(instance).health().timing().healthyDeadline());
    while (true) {
      String missing =
          switch (setting.pool(instance).lookForWanted()) {
            case Told.Said(var observed) -> notUp(instance, observed);
            case Told.Denied(var reason) -> reason;
            case Told.Silent(var reason) -> reason;
          };
      if (missing.isEmpty()) {
        return new Outcome.Done("gets requests", 0);
      }
      if (deadline.isOver()) {
        return new Outcome.Errored(missing, Cause.DEADLINE);
      }
      if (pace.rest(setting.limits().poll(), signal) == Pace.Rest.CUT) {
        return cut(signal);
      }
    }
  }

  private static String notUp(Instance instance, Map<String, Observed> observed) {
    for (var entry : observed.entrySet()) {
      Observed.Seen seen = entry.getValue().members().get(instance);
      if (seen == null || !seen.serves()) {
        return "%s: its own check says that %s is not up".formatted(entry.getKey(), instance);
      }
    }
    return "";
  }

  Holding observe(TrafficStep step) {
    Optional<Traffic> wanted = pool(step).wanted();
    if (wanted.isEmpty() || !step.applyTo(wanted.get()).equals(wanted.get())) {
      return new Holding.NotYet("it was not wanted yet");
    }
    return switch (pool(step).lookForWanted()) {
      case Told.Said(var observed) ->
          step instanceof TrafficStep.Admit(var instance) && !notUp(instance, observed).isEmpty()
              ? new Holding.NotYet(notUp(instance, observed))
              : new Holding.Holds("every balancer says so");
      case Told.Denied(var reason) -> new Holding.NotYet(reason);
      case Told.Silent(var reason) -> new Holding.CannotTell(reason);
    };
  }

  private Pool pool(TrafficStep step) {
    return setting.post(step.role()).pool();
  }

  private static Tried tried(Pool pool, Told told) {
    return switch (told) {
      case Told.Said _ -> new Tried.Ended(new Outcome.Done(pool.witnesses(), 0));
      case Told.Denied(var reason) -> new Tried.Ended(new Outcome.Errored(reason, Cause.REFUSED));
      case Told.Silent(var reason) ->
          new Tried.Again(new Outcome.Errored(reason, Cause.UNAVAILABLE));
    };
  }

  static Outcome cut(Signal signal) {
    return new Outcome.Cut(signal.reason().orElse("cut"));
  }
}
