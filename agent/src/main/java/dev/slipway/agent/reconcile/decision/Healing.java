package dev.slipway.agent.reconcile.decision;

import dev.slipway.agent.manifest.SyncOption;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is done about what others changed: nothing, unless the environment asks for {@code
 * selfHeal}.
 *
 * <p>As Argo CD's, it waits longer each time if it is changed again and again, and what cannot be
 * mended is left to people in the end. Used by one worker alone.
 */
public final class Healing {
  private final Tempo tempo;
  private Optional<Instant> last = Optional.empty();
  private int inARow;
  private int inVain;

  /** Makes one that has mended nothing yet. */
  public Healing(Tempo tempo) {
    this.tempo = tempo;
  }

  /** What comes next. */
  public sealed interface Remedy {
    /** A rollout of what is stable, and why, for people. */
    record Roll(String cause) implements Remedy {}

    /** It is reported, and looked at again after this time. */
    record Report(Duration again, List<Condition> why) implements Remedy {
      public Report {
        why = List.copyOf(why);
      }
    }
  }

  /** Notes that all was found as it should be. */
  public void whole(Instant now) {
    inVain = 0;
    if (last.filter(at -> now.isBefore(at.plus(tempo.lastRetry()))).isEmpty()) {
      inARow = 0;
    }
  }

  /** Lets what could not be mended be tried anew, because a person says so. */
  public void retry(Instant asked) {
    if (last.filter(at -> at.isBefore(asked)).isPresent()) {
      last = Optional.empty();
      inVain = 0;
      inARow = 0;
    }
  }

  /** Says what comes next; a rollout counts as begun. */
  public Remedy next(Condition drift, Set<SyncOption> options, Verdict verdict, Instant now) {
    if (!options.contains(SyncOption.SELF_HEAL)) {
      return new Remedy.Report(tempo.watch(), List.of(drift));
    }
    return switch (verdict) {
      case Verdict.Open() -> heal(drift, "", now);
      case Verdict.Overridden(var _, var reason) ->
          heal(drift, ", overriding a window: " + reason, now);
      case Verdict.Shut shut ->
          new Remedy.Report(tempo.watch(), List.of(drift, Decision.waits(shut)));
    };
  }

  private Remedy heal(Condition drift, String override, Instant now) {
    if (inVain >= tempo.retries()) {
      return new Remedy.Report(tempo.watch(), List.of(drift, exhausted()));
    }
    Instant earliest = last.map(at -> at.plus(tempo.backOff(inARow))).orElse(now);
    if (earliest.isAfter(now)) {
      return new Remedy.Report(Duration.between(now, earliest), List.of(drift));
    }
    last = Optional.of(now);
    inARow++;
    inVain++;
    String found = drift.message().replace("\n", "; ");
    return new Remedy.Roll("selfHeal: %s%s".formatted(found, override));
  }

  private Condition exhausted() {
    return new Condition(
        "SelfHeal",
        "RetriesExhausted",
        "tried %d times to change it back; mend it, then run 'slipway retry'".formatted(inVain));
  }
}
