package dev.slipway.agent.rollout.act;

import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What was proven healthy by this agent since it took the rollout up, and in which process. */
final class Proofs {
  private final Setting setting;
  private final Pace pace;
  private final Attempts attempts;
  private final Map<Instance, Proven> proven = new ConcurrentHashMap<>();

  /** A process that was proven, and of which release. */
  private record Proven(Release release, String mark) {}

  Proofs(Setting setting, Pace pace) {
    this.setting = setting;
    this.pace = pace;
    this.attempts = new Attempts(pace, setting.limits());
  }

  /** Proves an instance, unless its present process was proven already. */
  Outcome ensure(Instance instance, Signal signal) {
    return holds(instance) ? new Outcome.Held("proven in this process") : prove(instance, signal);
  }

  private boolean holds(Instance instance) {
    Proven was = proven.get(instance);
    return was != null
        && (was.release.service(instance.role()) instanceof Service.None
            || runsStill(instance, was));
  }

  private boolean runsStill(Instance instance, Proven was) {
    return setting.site(instance).process(setting.fleet().slot(instance), was.release)
            instanceof ProcessSighting.Running(var now, _, _)
        && now.equals(was.mark);
  }

  /** Asks until enough good answers in one process are there, or until there is no hope. */
  Outcome prove(Instance instance, Signal signal) {
    proven.remove(instance);
    return ofRelease(instance, signal, release -> prove(instance, release, signal));
  }

  /** Says that what lies in an instance is bad, unless its host cannot be reached any more. */
  Outcome blame(Instance instance, String reason, Signal signal) {
    return ofRelease(instance, signal, release -> bad(reason, instance, release));
  }

  private Outcome ofRelease(Instance instance, Signal signal, Function<Release, Outcome> work) {
    return attempts.repeat(
        signal,
        () ->
            switch (setting.site(instance).look()) {
              case Sighting.Seen(var slots, _, _, _) -> {
                var lies = slots.get(instance.slot());
                yield new Attempts.Tried.Ended(
                    lies == null
                        ? new Outcome.Errored(instance + " has no slot there", Cause.REFUSED)
                        : work.apply(setting.deliveries().serviceOf(lies.occupant())));
              }
              case Sighting.Unreachable(var reason) ->
                  new Attempts.Tried.Again(new Outcome.Errored(reason, Cause.UNREACHABLE));
              case Sighting.IdentityRefused(var reason) ->
                  new Attempts.Tried.Ended(new Outcome.Errored(reason, Cause.IDENTITY));
            });
  }

  private Outcome prove(Instance instance, Release release, Signal signal) {
    var proof = new Proof(setting, instance, release, pace);
    var timing = setting.role(instance).health().timing();
    var deadline = pace.within(timing.healthyDeadline());
    while (true) {
      switch (proof.ask()) {
        case Proof.State.Proven(var mark) -> {
          proven.put(instance, new Proven(release, mark));
          setting.capacity(instance).prove(instance);
          return new Outcome.Done("healthy for %s".formatted(proof.goodFor()), 0);
        }
        case Proof.State.Hopeless(var reason) -> {
          return bad(reason, instance, release);
        }
        case Proof.State.Barred(var reason) -> {
          return new Outcome.Errored(reason, Cause.IDENTITY);
        }
        case Proof.State.Open(var reason, var told) -> {
          if (deadline.isOver()) {
            return late(instance, release, reason, told);
          }
        }
      }
      if (pace.rest(timing.interval(), signal) == Pace.Rest.CUT) {
        return TrafficActs.cut(signal);
      }
    }
  }

  private Outcome late(Instance instance, Release release, String reason, Proof.Voice voice) {
    String what = "%s was not healthy in time: %s".formatted(instance, reason);
    return switch (voice) {
      case ANSWERED -> bad(what, instance, release);
      case NEVER_HEARD -> new Outcome.Errored(what, Cause.UNREACHABLE);
    };
  }

  /** What it said last is asked for now: on the way back it may be overwritten. */
  private Outcome bad(String reason, Instance instance, Release release) {
    String log =
        release.service(instance.role()) instanceof Service.None
            ? ""
            : setting.site(instance).log(setting.fleet().slot(instance), release);
    return new Outcome.Bad(reason, setting.limits().lastLines(log));
  }

  void forget(Instance instance) {
    proven.remove(instance);
    setting.capacity(instance).lose(instance);
  }
}
