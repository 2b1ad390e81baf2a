package dev.slipway.agent.rollout.act;

import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.rollout.judge.Passing;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

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
            || answeredJustNow(instance, was)
            || runsStill(instance, was));
  }

  private boolean answeredJustNow(Instance instance, Proven was) {
    return setting
        .processes()
        .warm(instance, pace.now())
        .filter(warm -> warm.mark().equals(was.mark))
        .isPresent();
  }

  private boolean runsStill(Instance instance, Proven was) {
    return setting.site(instance).process(setting.fleet().slot(instance), was.release)
            instanceof ProcessSighting.Running(var now, _, _)
        && now.equals(was.mark);
  }

  /** Returns whether a process that was proven runs there, and gave a good answer just now. */
  boolean isWarm(Instance instance) {
    return setting.processes().warm(instance, pace.now()).isPresent();
  }

  /**
   * Asks until enough good answers in one process are there, or until there is no hope; nobody is
   * asked for what is known.
   */
  Outcome prove(Instance instance, Signal signal) {
    proven.remove(instance);
    return known(instance).orElseGet(() -> proveAnew(instance, signal));
  }

  /** What was warm when the way was planned just now has given the one answer that it needs. */
  Optional<Outcome> known(Instance instance) {
    return setting
        .processes()
        .warm(instance, pace.now())
        .flatMap(warm ->
            setting
                .deliveries()
                .find(warm.release())
                .map(Delivery::release)
                .map(release -> done(instance, release, warm.mark(), "it answered well just now")));
  }

  private Outcome proveAnew(Instance instance, Signal signal) {
    return ofRelease(instance, signal, (release, seen) -> prove(instance, release, seen, signal));
  }

  /** Says that what lies in an instance is bad, unless its host cannot be reached any more. */
  Outcome blame(Instance instance, String reason, Signal signal) {
    return ofRelease(instance, signal, (release, _) -> bad(reason, instance, release));
  }

  private Outcome ofRelease(
      Instance instance, Signal signal, BiFunction<Release, SlotSeen, Outcome> work) {
    return attempts.repeat(
        signal,
        () ->
            switch (setting.site(instance).look()) {
              case Sighting.Seen(var slots, _, _) -> {
                var lies = slots.get(instance.slot());
                yield new Attempts.Tried.Ended(
                    lies == null
                        ? new Outcome.Errored(instance + " has no slot there", Cause.REFUSED)
                        : work.apply(setting.deliveries().serviceOf(lies.occupant()), lies));
              }
              case Sighting.Unreachable(var reason) ->
                  new Attempts.Tried.Again(new Outcome.Errored(reason, Cause.UNREACHABLE));
              case Sighting.IdentityRefused(var reason) ->
                  new Attempts.Tried.Ended(new Outcome.Errored(reason, Cause.IDENTITY));
            });
  }

  private Outcome prove(Instance instance, Release release, SlotSeen seen, Signal signal) {
    var proof = new Proof(setting, instance, release, seen, pace);
    var timing = setting.role(instance).health().timing();
    var deadline = pace.within(timing.healthyDeadline());
    while (true) {
      switch (proof.ask()) {
        case Proof.State.Proven(var mark) -> {
          return done(instance, release, mark, "healthy for %s".formatted(proof.goodFor()));
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

  private Outcome done(Instance instance, Release release, String mark, String detail) {
    proven.put(instance, new Proven(release, mark));
    setting.processes().prove(instance, release.id(), mark);
    setting.capacity(instance).prove(instance);
    return new Outcome.Done(detail, 0);
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
    setting.processes().forget(instance);
    String log =
        release.service(instance.role()) instanceof Service.None
            ? ""
            : setting.site(instance).log(setting.fleet().slot(instance), release);
    return new Outcome.Bad(reason, setting.limits().lastLines(log));
  }

  void forget(Instance instance) {
    proven.remove(instance);
    setting.processes().forget(instance);
    setting.capacity(instance).lose(instance);
  }

  /** Returns time that is cut by the signal, or once one of these instances is lost. */
  Vigil over(Collection<Instance> watched, Signal signal) {
    return new Vigil(watched, signal);
  }

  /**
   * Time that passes while instances are on trial, of which some are looked at in turn: they are
   * lost by what a proof would give them up for. Whoever cannot be reached is not lost: what users
   * get there is for others to say.
   */
  final class Vigil implements Passing {
    private final Signal signal;
    private final Passing passing;
    private final List<Ward> wards;
    private final Duration pause;
    private Optional<Outcome> lost = Optional.empty();
    private Duration next;
    private int turn;

    private Vigil(Collection<Instance> watched, Signal signal) {
      this.signal = signal;
      this.passing = pace.passing(signal);
      this.wards = watched.stream().map(Ward::new).toList();
      this.pause =
          watched.stream()
              .map(instance -> setting.role(instance).health().timing().interval())
              .reduce(setting.limits().watch(), Vigil::longer);
      this.next = passing.now().plus(pause);
    }

    private static Duration longer(Duration a, Duration b) {
      return a.compareTo(b) < 0 ? b : a;
    }

    /** Returns what is said of the first that was lost. */
    Optional<Outcome> lost() {
      return lost;
    }

    @Override
    public Duration now() {
      return passing.now();
    }

    @Override
    public boolean rest(Duration time) {
      Duration end = now().plus(time);
      do {
        Duration until = end.compareTo(next) < 0 ? end : next;
        if (!passing.rest(until.minus(now()))) {
          return false;
        }
        if (now().compareTo(next) >= 0) {
          look();
        }
      } while (lost.isEmpty() && now().compareTo(end) < 0);
      return lost.isEmpty();
    }

    private void look() {
      int looks = Math.min(wards.size(), setting.limits().hostsAtOnce());
      for (int i = 0; i < looks && lost.isEmpty(); i++) {
        lost = wards.get(turn).look(signal);
        turn = (turn + 1) % wards.size();
      }
      next = now().plus(pause);
    }
  }

  /** An instance on trial, and how long it has not been healthy. */
  private final class Ward {
    private final Instance instance;
    private Optional<Trial> trial = Optional.empty();
    private Optional<Pace.Deadline> illSince = Optional.empty();

    private record Trial(Release release, Proof proof) {}

    private Ward(Instance instance) {
      this.instance = instance;
    }

    private Optional<Outcome> look(Signal signal) {
      trial = trial.or(this::begun);
      return trial.flatMap(begun -> look(begun, signal));
    }

    private Optional<Trial> begun() {
      return setting.site(instance).look() instanceof Sighting.Seen(var slots, _, _)
          ? Optional.ofNullable(slots.get(instance.slot())).map(this::begun)
          : Optional.empty();
    }

    private Trial begun(SlotSeen seen) {
      Release release = setting.deliveries().serviceOf(seen.occupant());
      return new Trial(release, new Proof(setting, instance, release, seen, pace));
    }

    private Optional<Outcome> look(Trial on, Signal signal) {
      return switch (on.proof().ask()) {
        case Proof.State.Proven _, Proof.State.Barred _ -> {
          illSince = Optional.empty();
          yield Optional.empty();
        }
        case Proof.State.Hopeless(var reason) -> Optional.of(bad(reason, instance, on.release()));
        case Proof.State.Open(var reason, _) -> ill(reason, signal);
      };
    }

    private Optional<Outcome> ill(String reason, Signal signal) {
      if (illSince.isEmpty()) {
        illSince =
            Optional.of(pace.within(setting.role(instance).health().timing().healthyDeadline()));
      }
      if (!illSince.get().isOver()) {
        return Optional.empty();
      }
      illSince = Optional.empty();
      return Optional.of(
              blame(instance, "%s is not healthy any more: %s".formatted(instance, reason), signal))
          .filter(Outcome.Bad.class::isInstance);
    }
  }
}
