package dev.slipway.agent.rollout.act;

import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.probe.Checked;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.plan.Durations;
import java.time.Duration;
import java.util.Optional;

/**
 * One instance on its way to being proven: good answers in a row, for long enough, in one process.
 * The process that was proven before needs one good answer, unless it gives another one first.
 *
 * <p>Used by one thread.
 */
final class Proof {
  private final Setting setting;
  private final Instance instance;
  private final Release release;
  private final Pace pace;

  private Optional<SlotSeen> justSeen;
  private Optional<ProcessSighting.Running> process = Optional.empty();
  private Optional<Pace.Deadline> goodSince = Optional.empty();
  private Voice voice = Voice.NEVER_HEARD;
  private int good;
  private int stopped;
  private int restarts;
  private boolean isDoubted;

  /**
   * Makes a proof of which nothing was asked yet.
   *
   * @param seen the slot as it was seen just now, so that its host is not asked twice
   */
  Proof(Setting setting, Instance instance, Release release, SlotSeen seen, Pace pace) {
    this.setting = setting;
    this.instance = instance;
    this.release = release;
    this.justSeen = Optional.of(seen);
    this.pace = pace;
  }

  /** Whether anything was ever learned of the instance. */
  enum Voice {
    ANSWERED,
    NEVER_HEARD
  }

  /** How far the proof is. */
  sealed interface State {
    /** It is there, for the process with this mark. */
    record Proven(String mark) implements State {}

    /** It will not come. */
    record Hopeless(String reason) implements State {}

    /** Nobody can tell, and asking again is no use: the host is not who it was. */
    record Barred(String reason) implements State {}

    /** It may still come. */
    record Open(String reason, Voice voice) implements State {}
  }

  State ask() {
    return switch (sighting()) {
      case ProcessSighting.Running running -> running(running);
      case ProcessSighting.Stopped(var detail) -> stopped(detail);
      case ProcessSighting.Unknown(var reason) -> open(reason);
      case ProcessSighting.IdentityRefused(var reason) -> new State.Barred(reason);
    };
  }

  String goodFor() {
    return Durations.text(goodSince.map(Pace.Deadline::passed).orElse(Duration.ZERO));
  }

  private ProcessSighting sighting() {
    if (release.service(instance.role()) instanceof Service.None) {
      return new ProcessSighting.Running("", 0, ProcessSighting.Origin.RECORDED);
    }
    Site site = setting.site(instance);
    Slot slot = setting.fleet().slot(instance);
    Optional<SlotSeen> seen = justSeen;
    justSeen = Optional.empty();
    return seen.map(just -> site.process(slot, just, release))
        .orElseGet(() -> site.process(slot, release));
  }

  private State running(ProcessSighting.Running now) {
    if (now.origin() == ProcessSighting.Origin.FORMER) {
      // Whatever it answers says nothing of this release, neither good nor bad.
      return open("the process that runs is none of " + release.id());
    }
    stopped = 0;
    voice = Voice.ANSWERED;
    int more = process.map(before -> restartsBetween(before, now)).orElse(0);
    process = Optional.of(now);
    if (more > 0) {
      restarts += more;
      startAgain();
      if (restarts > setting.limits().restartsMax()) {
        return new State.Hopeless(
            "%s crash-loops: it was restarted %d times".formatted(instance, restarts));
      }
    }
    return switch (answer()) {
      case Checked.Good _ -> good(now.mark());
      case Checked.Bad(var reason) -> open(reason);
      case Checked.Unknown(var reason) -> open(reason);
    };
  }

  private static int restartsBetween(ProcessSighting.Running before, ProcessSighting.Running now) {
    int counted = Math.max(0, now.restarts() - before.restarts());
    return counted == 0 && !before.mark().equals(now.mark()) ? 1 : counted;
  }

  private Checked answer() {
    Health health = setting.role(instance).health();
    return health instanceof Health.Running
        ? new Checked.Good("it runs")
        : setting
            .prober()
            .check(
                health,
                setting.ground().machine(setting.fleet().host(instance)),
                setting.fleet().host(instance),
                setting.fleet().slot(instance),
                setting.ground().variables(instance, release));
  }

  private State good(String mark) {
    Health.Timing timing = setting.role(instance).health().timing();
    good++;
    if (goodSince.isEmpty()) {
      goodSince = Optional.of(pace.within(timing.healthyDeadline()));
    }
    boolean longEnough = goodSince.get().passed().compareTo(timing.minHealthyTime()) >= 0;
    return (good >= timing.successThreshold() && longEnough) || (!isDoubted && isKnown(mark))
        ? new State.Proven(mark)
        : new State.Open("healthy for %s only".formatted(goodFor()), voice);
  }

  /** Where nothing runs of its own, there is no process to know. */
  private boolean isKnown(String mark) {
    return !(release.service(instance.role()) instanceof Service.None)
        && setting.processes().knows(instance, release.id(), mark);
  }

  private State stopped(String detail) {
    voice = Voice.ANSWERED;
    stopped++;
    startAgain();
    return stopped >= setting.limits().stoppedMax()
        ? new State.Hopeless("%s does not run: %s".formatted(instance, detail))
        : new State.Open(detail, voice);
  }

  private State open(String reason) {
    startAgain();
    return new State.Open(reason, voice);
  }

  private void startAgain() {
    isDoubted = true;
    good = 0;
    goodSince = Optional.empty();
  }
}
