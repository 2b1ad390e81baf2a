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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
      case TrafficStep.Switch all -> switchOver(all, announce, signal);
      case TrafficStep.Shift part -> shift(part, announce, signal);
      case TrafficStep.WhenNobody _ -> change(step, announce, Set.of(), signal);
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
    return change(step, announce, Set.of(instance), signal);
  }

  private Outcome shift(TrafficStep.Shift step, Runnable announce, Signal signal) {
    Outcome ready = proven(step.candidates(), signal);
    return ready.isGood() ? change(step, announce, step.candidates(), signal) : ready;
  }

  /**
   * What gains is not announced: an agent that dies meanwhile begins again with what was before.
   */
  private Outcome switchOver(TrafficStep.Switch step, Runnable announce, Signal signal) {
    Outcome ready = proven(step.to(), signal);
    if (ready.isGood() && !step.atOnce()) {
      ready = change(step, step::gained, step.to(), signal);
    }
    return ready.isGood() ? change(step, announce, step.to(), signal) : ready;
  }

  private Outcome proven(Set<Instance> instances, Signal signal) {
    List<Supplier<Outcome>> proofsOfAll =
        instances.stream()
            .map(instance -> (Supplier<Outcome>) () -> proofs.ensure(instance, signal))
            .toList();
    for (Outcome proof : setting.crew().all(proofsOfAll)) {
      if (!proof.isGood()) {
        return proof;
      }
    }
    instances.forEach(instance -> setting.pool(instance).takeBack(instance));
    return new Outcome.Done("all are proven", 0);
  }

  private Outcome change(
      TrafficStep step, Runnable announce, Set<Instance> gaining, Signal signal) {
    return change(step, before -> announced(step, announce, before), gaining, signal);
  }

  /** The answer to a change is a look, too: only who is not up by then is waited for. */
  private Outcome change(
      TrafficStep step, Pool.Change change, Set<Instance> gaining, Signal signal) {
    return attempts.repeat(
        signal,
        () -> {
          Told told = pool(step).change(change);
          return told instanceof Told.Said(var observed)
                  && !notUp(gaining.stream(), observed).isEmpty()
              ? new Tried.Ended(awaitUp(gaining, signal))
              : tried(pool(step), told);
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

  /** All of them are in one role. */
  private Outcome awaitUp(Set<Instance> instances, Signal signal) {
    Instance any = instances.iterator().next();
    var deadline = pace.within(setting.role(any).health().timing().healthyDeadline());
    while (true) {
      String missing =
          switch (setting.pool(any).lookForWanted()) {
            case Told.Said(var observed) -> notUp(instances.stream(), observed);
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

  private static String notUp(Stream<Instance> instances, Map<String, Observed> observed) {
    return instances
        .map(instance -> notUp(instance, observed))
        .filter(reason -> !reason.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String notUp(Instance instance, Map<String, Observed> observed) {
    for (var entry : observed.entrySet()) {
      Observed.Seen seen = entry.getValue().members().get(instance);
      if (seen == null || !seen.isUp()) {
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
          notUp(gaining(step), observed).isEmpty()
              ? new Holding.Holds("every balancer says so")
              : new Holding.NotYet(notUp(gaining(step), observed));
      case Told.Denied(var reason) -> new Holding.NotYet(reason);
      case Told.Silent(var reason) -> new Holding.CannotTell(reason);
    };
  }

  private static Stream<Instance> gaining(TrafficStep step) {
    return switch (step) {
      case TrafficStep.Admit(var instance) -> Stream.of(instance);
      case TrafficStep.Switch(_, var to, _, _) -> to.stream();
      case TrafficStep.Shift(_, var candidates, _, _) -> candidates.stream();
      case TrafficStep.Drain _, TrafficStep.Retire _, TrafficStep.WhenNobody _ -> Stream.empty();
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
