package dev.slipway.agent.reconcile.decision;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Quarantine;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.fleet.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What to do about an application whose wanted release is known. */
public sealed interface Decision {

  /** Start a rollout; the text is why, for people. */
  record Roll(String cause) implements Decision {}

  /** Do nothing until a person or a commit says more. */
  record Hold(Condition condition, Meanwhile meanwhile) implements Decision {}

  /** Start a rollout, but not before this time has passed. */
  record Later(Duration delay, Condition condition, Meanwhile meanwhile) implements Decision {}

  /** What is done about what is stable while something else is wanted and does not come. */
  enum Meanwhile {
    /** It is only looked at: it is not whole, or is about to be disturbed. */
    LOOK,
    /** It is looked at, and its balancers are kept to one value meanwhile. */
    UNITE,
    /** It is watched over as if it were wanted: that may go on for days. */
    WATCH_OVER
  }

  /** It is as it should be; look for what others changed. */
  record Watch() implements Decision {}

  /** Whether what a deployment stands on is as it was when it was last settled. */
  enum Ground {
    SAME,
    CHANGED
  }

  /** Which way a rollout to the wanted release would go. */
  enum Direction {
    FORWARD,
    /** Back to what was stable before the present release was: nothing holds that up. */
    BACK
  }

  /**
   * Everything that a decision is made from.
   *
   * @param history rollouts that ended, the newest first; those before a person's retry left out
   * @param foreign where something runs that others brought, and that a person has not given up
   * @param crossed what a way back to the wanted release would cross, see {@code Crossing}
   * @param verdict of the windows of the environment
   */
  record Facts(
      Delivery wanted,
      Optional<Delivery> stable,
      List<Quarantine> quarantine,
      List<Summary> history,
      Ground ground,
      List<Instance> foreign,
      Optional<String> crossed,
      Verdict verdict,
      Direction direction,
      Instant now) {}

  /** Decides; pure. */
  static Decision of(Facts facts, Tempo tempo) {
    Decision wish = wish(facts, tempo);
    return wish instanceof Roll(var cause) ? admitted(cause, facts, tempo) : wish;
  }

  /** The clocks of windows may be put, so nobody waits for a far opening in one go. */
  private static Decision admitted(String cause, Facts facts, Tempo tempo) {
    return switch (facts.verdict()) {
      case Verdict.Open() -> new Roll(cause);
      case Verdict.Overridden(var _, var reason) ->
          new Roll("%s, overriding a window: %s".formatted(cause, reason));
      case Verdict.Shut _ when facts.direction() == Direction.BACK ->
          new Roll("%s, which goes back and waits for no window".formatted(cause));
      case Verdict.Shut shut ->
          new Later(
              shut.opens()
                  .map(at -> Duration.between(facts.now(), at))
                  .filter(left -> left.compareTo(tempo.watch()) < 0)
                  .orElse(tempo.watch()),
              waits(shut),
              Meanwhile.WATCH_OVER);
    };
  }

  private static Decision wish(Facts facts, Tempo tempo) {
    Optional<Quarantine> held =
        facts.quarantine().stream()
            .filter(one -> one.release().equals(facts.wanted().id()))
            .findFirst();
    if (held.isPresent()) {
      return new Hold(quarantined(held.get()), Meanwhile.WATCH_OVER);
    }
    if (facts.crossed().isPresent()) {
      return new Hold(irreversible(facts.crossed().get()), Meanwhile.LOOK);
    }
    if (isStable(facts)) {
      return settled(facts, tempo);
    }
    if (!facts.foreign().isEmpty()) {
      return new Hold(servesAlready(facts.foreign()), Meanwhile.LOOK);
    }
    return afterFailures(facts, tempo);
  }

  private static boolean isStable(Facts facts) {
    return facts.stable().filter(stable -> stable.id().equals(facts.wanted().id())).isPresent();
  }

  private static Decision settled(Facts facts, Tempo tempo) {
    Optional<Summary> last = facts.history().stream().findFirst();
    if (last.isPresent() && last.get().ending() == Ending.NEEDS_HELP) {
      return afterFailures(facts, tempo);
    }
    boolean incomplete = last.isPresent() && !last.get().incomplete().isEmpty();
    if (incomplete) {
      Instant next = last.get().ended().plus(tempo.catchUp());
      return next.isAfter(facts.now())
          ? new Later(Duration.between(facts.now(), next), catchingUp(last.get()), Meanwhile.UNITE)
          : new Roll("hosts catch up: " + String.join(", ", last.get().incomplete()));
    }
    return switch (facts.ground()) {
      case SAME -> new Watch();
      case CHANGED -> new Roll("hosts or their settings changed");
    };
  }

  private static Decision afterFailures(Facts facts, Tempo tempo) {
    List<Summary> failures =
        facts.history().stream()
            .takeWhile(one -> one.delivery().id().equals(facts.wanted().id()))
            .takeWhile(one -> one.ending() != Ending.SUCCEEDED)
            .toList();
    if (failures.isEmpty()) {
      return new Roll("commit " + abbreviated(facts.wanted().revision()));
    }
    Summary last = failures.getFirst();
    if (last.ending() == Ending.NEEDS_HELP) {
      return new Hold(needsHelp(last), Meanwhile.LOOK);
    }
    if (failures.size() >= tempo.retries()) {
      return new Hold(exhausted(last, failures.size()), Meanwhile.UNITE);
    }
    Instant next = last.ended().plus(tempo.backOff(failures.size()));
    return next.isAfter(facts.now())
        ? new Later(
            Duration.between(facts.now(), next), trying(last, failures.size()), Meanwhile.UNITE)
        : new Roll("try %d of %d".formatted(failures.size() + 1, tempo.retries()));
  }

  private static String abbreviated(String commit) {
    return commit.substring(0, Math.min(commit.length(), 10));
  }

  /** Returns that a window is waited for. */
  static Condition waits(Verdict.Shut shut) {
    return new Condition("Window", "Waits", shut.text());
  }

  private static Condition quarantined(Quarantine held) {
    return new Condition(
        "Quarantined",
        "ReleaseHeldBack",
        "%s is not tried again: %s; push another release, or run 'slipway retry'"
            .formatted(held.release(), held.reason()));
  }

  private static Condition irreversible(String crossed) {
    return new Condition(
        "Irreversible",
        "NeedsYourWord",
        ("this goes back, but %s: push a release that mends it, or add the trailer '%s: <reason>'"
                + " to the commit")
            .formatted(crossed, Admission.TRAILER));
  }

  private static Condition servesAlready(List<Instance> foreign) {
    return new Condition(
        "Adoption",
        "ServesAlready",
        ("what runs was not brought by Slipway (%s): 'slipway adopt' makes it the release to go"
                + " back to, restarts nothing, and lets rollouts begin; 'slipway retry' replaces it"
                + " with nothing to go back to")
            .formatted(foreign.stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }

  private static Condition catchingUp(Summary last) {
    return new Condition(
        "Incomplete",
        "HostsMissing",
        "still to catch up: %s; they get the release when they can be reached"
            .formatted(String.join(", ", last.incomplete())));
  }

  private static Condition needsHelp(Summary last) {
    return new Condition(
        "NeedsHelp",
        "WayBackFailed",
        "%s; look at the hosts, then push another release or run 'slipway retry'"
            .formatted(last.reason()));
  }

  private static Condition exhausted(Summary last, int tries) {
    return new Condition(
        "Failed",
        "RetriesExhausted",
        "tried %d times, last: %s; mend it, then run 'slipway retry'"
            .formatted(tries, last.reason()));
  }

  private static Condition trying(Summary last, int tries) {
    return new Condition("Failed", "Retrying", "try %d failed: %s".formatted(tries, last.reason()));
  }
}
