package dev.slipway.agent.rollout.act;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.artifact.ArtifactStore.Fetched;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.rollout.act.Attempts.Tried;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.plan.InstanceStep;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes steps on instances true.
 *
 * <p>An act whose outcome is unknown is neither done nor failed: the host is looked at, and then it
 * is repeated or passed over.
 */
final class InstanceActs {
  private final Setting setting;
  private final Farewell farewell;
  private final Proofs proofs;
  private final Attempts attempts;

  InstanceActs(Setting setting, Farewell farewell, Proofs proofs, Attempts attempts) {
    this.setting = setting;
    this.farewell = farewell;
    this.proofs = proofs;
    this.attempts = attempts;
  }

  Outcome apply(InstanceStep step, Occasion occasion, Signal signal) {
    Instance instance = step.instance();
    Slot slot = setting.fleet().slot(instance);
    Site site = setting.site(instance).during(occasion);
    return switch (step) {
      case InstanceStep.Stage(_, var release) -> stage(step, release, site, signal);
      case InstanceStep.Run run -> run(run, site, signal);
      case InstanceStep.Hook hook -> hook(hook, slot, site, signal);
      case InstanceStep.Activate(_, var release) -> activate(step, release, slot, signal);
      case InstanceStep.Relink(_, var target) -> {
        setting.processes().doubt(instance);
        yield untilTrue(step, signal, () -> setting.site(instance).relink(slot, target));
      }
      case InstanceStep.Clear _ -> {
        setting.processes().doubt(instance);
        yield untilTrue(step, signal, () -> setting.site(instance).clear(slot));
      }
      case InstanceStep.Start _ -> start(step, slot, signal);
      case InstanceStep.Stop _ -> stop(step, slot, signal);
      case InstanceStep.Prove _ -> proofs.prove(instance, signal);
    };
  }

  private Outcome stage(InstanceStep step, ReleaseId id, Site site, Signal signal) {
    Optional<Delivery> delivery = setting.deliveries().find(id);
    if (delivery.isEmpty()) {
      return unknown(id);
    }
    return attempts.repeat(
        signal,
        () ->
            switch (setting.site(step.instance()).look()) {
              case Sighting.Seen(_, var releases, _) ->
                  isStaged(id, releases) instanceof Holding.Holds(var detail)
                      ? new Tried.Ended(new Outcome.Done(detail, 0))
                      : send(step, delivery.get(), site, signal);
              case Sighting.Unreachable(var reason) -> again(reason);
              case Sighting.IdentityRefused(var reason) -> barred(reason);
            });
  }

  private Tried send(InstanceStep step, Delivery delivery, Site site, Signal signal) {
    return switch (setting.artifacts().fetch(delivery.source())) {
      case Fetched.Got(var artifact) -> send(step, delivery.release(), artifact, site, signal);
      case Fetched.Refused(var reason) ->
          new Tried.Ended(new Outcome.Errored(reason, Cause.REFUSED));
      case Fetched.Unavailable(var reason) ->
          new Tried.Again(new Outcome.Errored(reason, Cause.UNAVAILABLE));
    };
  }

  private Tried send(
      InstanceStep step, Release release, Artifact artifact, Site site, Signal signal) {
    if (!artifact.content().equals(release.content())) {
      return new Tried.Ended(
          new Outcome.Errored(
              "the files of %s are %s, and were %s when it was planned"
                  .formatted(release.id(), artifact.content(), release.content()),
              Cause.REFUSED));
    }
    return new Tried.Ended(untilTrue(step, signal, () -> site.stage(release, artifact)));
  }

  private Outcome activate(InstanceStep step, ReleaseId id, Slot slot, Signal signal) {
    setting.processes().doubt(step.instance());
    return setting
        .deliveries()
        .find(id)
        .map(delivery ->
            untilTrue(
                step,
                signal,
                () -> setting.site(step.instance()).activate(slot, delivery.release())))
        .orElseGet(() -> unknown(id));
  }

  /** A run that was lost from sight is looked at; only what may run twice is begun again. */
  private Outcome run(InstanceStep.Run run, Site site, Signal signal) {
    Optional<Delivery> delivery = setting.deliveries().find(run.release());
    if (delivery.isEmpty()) {
      return unknown(run.release());
    }
    Task task = run.task();
    return attempts.repeat(
        signal,
        () ->
            switch (site.run(delivery.get().release(), task)) {
              case Act.Unknown(var reason) when observe(run) instanceof Holding.Holds(var detail) ->
                  new Tried.Ended(
                      new Outcome.Done("%s, seen after: %s".formatted(detail, reason), 0));
              case Act.Unknown(var reason) when !task.rerunnable() ->
                  new Tried.Ended(
                      new Outcome.Errored(
                          Acts.cutOff(task, run.instance(), reason), Cause.CUT_OFF));
              case Act other -> tried(run, other);
            });
  }

  private Outcome hook(InstanceStep.Hook hook, Slot slot, Site site, Signal signal) {
    Outcome outcome =
        setting
            .deliveries()
            .find(hook.release())
            .map(delivery ->
                untilTrue(hook, signal, () -> site.run(slot, delivery.release(), hook.moment())))
            .orElseGet(() -> unknown(hook.release()));
    return hook.binding() ? outcome : passedOver(outcome);
  }

  private static Outcome passedOver(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done _, Outcome.Held _, Outcome.PassedOver _, Outcome.Cut _ -> outcome;
      case Outcome.Bad(var reason, _) -> new Outcome.PassedOver(reason);
      case Outcome.Errored(var reason, _) -> new Outcome.PassedOver(reason);
    };
  }

  private Holding hasRun(InstanceStep.Run run) {
    return setting
        .deliveries()
        .find(run.release())
        .<Holding>map(delivery ->
            switch (setting.site(run.instance()).ran(delivery.release(), run.task())) {
              case WELL -> new Holding.Holds("it ended well");
              case RUNNING -> new Holding.NotYet("where something of it still runs");
              case NOT -> new Holding.NotYet("where it did not end well");
              case UNKNOWN -> new Holding.CannotTell("which cannot be asked");
            })
        .orElse(new Holding.CannotTell("of which nothing is known"));
  }

  private static Outcome unknown(ReleaseId id) {
    return new Outcome.Errored(
        "nothing is known of release %s; deploy another one".formatted(id), Cause.REFUSED);
  }

  /** What is warm is not asked whether it runs: its host was asked just now. */
  private Outcome start(InstanceStep step, Slot slot, Signal signal) {
    Instance instance = step.instance();
    return withService(
        instance,
        signal,
        release -> untilTrue(step, signal, () -> setting.site(instance).start(slot, release)));
  }

  /** Returns what came of a step that is about a process which answered well just now. */
  Optional<Outcome> known(InstanceStep step) {
    return switch (step) {
      case InstanceStep.Start(var instance) when proofs.isWarm(instance) ->
          Optional.of(new Outcome.Done("was running", 0));
      case InstanceStep.Prove(var instance) -> proofs.known(instance);
      case InstanceStep.Stage _,
          InstanceStep.Run _,
          InstanceStep.Hook _,
          InstanceStep.Activate _,
          InstanceStep.Relink _,
          InstanceStep.Clear _,
          InstanceStep.Start _,
          InstanceStep.Stop _ ->
          Optional.empty();
    };
  }

  /** Only after traffic has left, and only if enough others serve. */
  private Outcome stop(InstanceStep step, Slot slot, Signal signal) {
    Instance instance = step.instance();
    Outcome left = farewell.bid(instance, signal);
    if (!left.isGood()) {
      return left;
    }
    proofs.forget(instance);
    return withService(
        instance,
        signal,
        release ->
            untilTrue(
                step,
                signal,
                () ->
                    setting
                        .site(instance)
                        .stop(slot, release, setting.role(instance).stopTimeout())));
  }

  private Outcome withService(Instance instance, Signal signal, Function<Release, Outcome> work) {
    return attempts.repeat(
        signal,
        () ->
            switch (setting.site(instance).look()) {
              case Sighting.Seen(var slots, _, _) ->
                  new Tried.Ended(
                      work.apply(
                          setting
                              .deliveries()
                              .serviceOf(
                                  Optional.ofNullable(slots.get(instance.slot()))
                                      .map(SlotSeen::occupant)
                                      .orElse(new Occupant.None()))));
              case Sighting.Unreachable(var reason) -> again(reason);
              case Sighting.IdentityRefused(var reason) -> barred(reason);
            });
  }

  private Outcome untilTrue(InstanceStep step, Signal signal, Supplier<Act> act) {
    return attempts.repeat(signal, () -> tried(step, act.get()));
  }

  private Tried tried(InstanceStep step, Act act) {
    return switch (act) {
      case Act.Done(var detail, var bytes) -> new Tried.Ended(new Outcome.Done(detail, bytes));
      case Act.Refused(var reason) -> new Tried.Ended(new Outcome.Errored(reason, Cause.REFUSED));
      case Act.Failed(var reason, var log) -> new Tried.Ended(failed(step, reason, log));
      case Act.Unreachable(var reason) -> again(reason);
      case Act.IdentityRefused(var reason) -> barred(reason);
      case Act.Unknown(var reason) ->
          observe(step) instanceof Holding.Holds(var detail)
              ? new Tried.Ended(new Outcome.Done("%s, seen after: %s".formatted(detail, reason), 0))
              : again(reason);
    };
  }

  /** A release that does not start, or whose commands fail, is bad; all else says nothing of it. */
  private Outcome failed(InstanceStep step, String reason, String log) {
    return switch (step) {
      case InstanceStep.Start _, InstanceStep.Stage _ ->
          new Outcome.Bad(reason, setting.limits().lastLines(log));
      case InstanceStep.Run(_, _, var task) ->
          new Outcome.Bad(
              "task '%s': %s".formatted(task.name(), reason), setting.limits().lastLines(log));
      case InstanceStep.Hook hook ->
          new Outcome.Bad(
              "%s: %s".formatted(hook.moment().text(), reason), setting.limits().lastLines(log));
      case InstanceStep.Activate _,
          InstanceStep.Relink _,
          InstanceStep.Clear _,
          InstanceStep.Stop _,
          InstanceStep.Prove _ ->
          new Outcome.Errored(
              log.isBlank() ? reason : reason + ": " + setting.limits().lastLines(log),
              Cause.REFUSED);
    };
  }

  private static Tried again(String reason) {
    return new Tried.Again(new Outcome.Errored(reason, Cause.UNREACHABLE));
  }

  private static Tried barred(String reason) {
    return new Tried.Ended(new Outcome.Errored(reason, Cause.IDENTITY));
  }

  Holding observe(InstanceStep step) {
    if (step instanceof InstanceStep.Run run) {
      return hasRun(run);
    }
    if (step instanceof InstanceStep.Hook) {
      return new Holding.NotYet("it may simply run again");
    }
    return switch (setting.site(step.instance()).look()) {
      case Sighting.Unreachable(var reason) -> new Holding.CannotTell(reason);
      case Sighting.IdentityRefused(var reason) -> new Holding.CannotTell(reason);
      case Sighting.Seen(var slots, var releases, _) ->
          step instanceof InstanceStep.Stage(_, var id)
              ? isStaged(id, releases)
              : observe(step, Optional.ofNullable(slots.get(step.instance().slot())));
    };
  }

  private Holding isStaged(ReleaseId id, java.util.Set<String> releases) {
    return holds(
        setting
            .deliveries()
            .find(id)
            .map(delivery -> releases.contains(delivery.release().directory()))
            .orElse(false),
        "it lies there already");
  }

  private Holding observe(InstanceStep step, Optional<SlotSeen> seen) {
    Occupant occupant = seen.map(SlotSeen::occupant).orElse(new Occupant.None());
    return switch (step) {
      case InstanceStep.Activate(_, var id) -> isActive(step.instance(), id, seen);
      case InstanceStep.Relink(_, var target) ->
          holds(occupant.equals(new Occupant.Foreign(target)), "it points there");
      case InstanceStep.Clear _ -> holds(occupant instanceof Occupant.None, "there is no link");
      case InstanceStep.Start _ -> runs(step.instance(), occupant, seen);
      case InstanceStep.Stop _ -> isStopped(step.instance(), occupant, seen);
      case InstanceStep.Prove _ -> new Holding.NotYet("it is proven again");
      case InstanceStep.Stage _, InstanceStep.Run _, InstanceStep.Hook _ ->
          throw new IllegalStateException("%s is no slot's business".formatted(step.render()));
    };
  }

  private Holding isActive(Instance instance, ReleaseId id, Optional<SlotSeen> seen) {
    return holds(
        seen.isPresent()
            && seen.get().occupant().equals(new Occupant.Known(id))
            && setting
                .deliveries()
                .find(id)
                .map(delivery -> setting.ground().environment(instance, delivery.release()))
                .equals(seen.map(SlotSeen::environment)),
        "it is active");
  }

  private Holding runs(Instance instance, Occupant occupant, Optional<SlotSeen> seen) {
    if (hasNoService(instance, occupant)) {
      return new Holding.Holds("there is no service");
    }
    return switch (process(instance, seen)) {
      case ProcessSighting.Running(_, _, var origin) ->
          holds(origin == Origin.RECORDED, "it runs since it was started");
      case ProcessSighting.Stopped(var detail) -> new Holding.NotYet(detail);
      case ProcessSighting.Unknown(var reason) -> new Holding.CannotTell(reason);
      case ProcessSighting.IdentityRefused(var reason) -> new Holding.CannotTell(reason);
    };
  }

  private Holding isStopped(Instance instance, Occupant occupant, Optional<SlotSeen> seen) {
    if (hasNoService(instance, occupant)) {
      return new Holding.Holds("there is no service");
    }
    return switch (process(instance, seen)) {
      case ProcessSighting.Running(var mark, _, _) -> new Holding.NotYet("it runs as " + mark);
      case ProcessSighting.Stopped(var detail) -> new Holding.Holds(detail);
      case ProcessSighting.Unknown(var reason) -> new Holding.CannotTell(reason);
      case ProcessSighting.IdentityRefused(var reason) -> new Holding.CannotTell(reason);
    };
  }

  private ProcessSighting process(Instance instance, Optional<SlotSeen> seen) {
    return seen.map(slot ->
            setting
                .site(instance)
                .process(
                    setting.fleet().slot(instance),
                    slot,
                    setting.deliveries().serviceOf(slot.occupant())))
        .orElse(new ProcessSighting.Stopped("no slot"));
  }

  private boolean hasNoService(Instance instance, Occupant occupant) {
    return setting.deliveries().serviceOf(occupant).service(instance.role())
        instanceof Service.None;
  }

  private static Holding holds(boolean isSo, String detail) {
    return isSo ? new Holding.Holds(detail) : new Holding.NotYet("not: " + detail);
  }
}
