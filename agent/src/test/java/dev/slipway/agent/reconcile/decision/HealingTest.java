package dev.slipway.agent.reconcile.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.manifest.SyncOption;
import dev.slipway.agent.reconcile.decision.Healing.Remedy;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Goal: what others changed is changed back where that is asked for, and nobody is fought for ever.
 *
 * <p>Method: a clock of ours, and a drift that comes again, stays, or is gone.
 */
class HealingTest {
  private static final Tempo TEMPO = Tempo.DEFAULT;
  private static final Verdict OPEN = new Verdict.Open();
  private static final Set<SyncOption> ASKED = Set.of(SyncOption.SELF_HEAL);
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Condition DRIFT =
      new Condition("Drift", "ChangedByOthers", "web1 is not as it was left");

  private final Healing healing = new Healing(TEMPO);

  private Remedy at(Duration later) {
    return healing.next(DRIFT, ASKED, OPEN, NOW.plus(later));
  }

  @Test
  void withoutBeingAskedItIsOnlyReported() {
    assertThat(healing.next(DRIFT, Set.of(SyncOption.PRUNE), OPEN, NOW))
        .isEqualTo(new Remedy.Report(TEMPO.watch(), List.of(DRIFT)));
  }

  @Test
  void itIsChangedBackAtOnceAndTheCauseSaysWhat() {
    assertThat(at(Duration.ZERO))
        .isEqualTo(new Remedy.Roll("selfHeal: web1 is not as it was left"));
  }

  @Test
  void aShutWindowIsWaitedFor() {
    var shut = new Verdict.Shut("a freeze", Optional.of(NOW.plusSeconds(7200)), ZoneOffset.UTC);

    assertThat(healing.next(DRIFT, ASKED, shut, NOW))
        .isEqualTo(new Remedy.Report(TEMPO.watch(), List.of(DRIFT, Decision.waits(shut))));
  }

  @Test
  void whoOverridesAWindowIsNamedInTheCause() {
    var overridden = new Verdict.Overridden("a freeze", "nobody can pay");

    assertThat(healing.next(DRIFT, ASKED, overridden, NOW))
        .isEqualTo(
            new Remedy.Roll(
                "selfHeal: web1 is not as it was left, overriding a window: nobody can pay"));
  }

  @Test
  void whatIsChangedAgainAndAgainIsChangedBackEverMoreSlowly() {
    Duration passed = Duration.ZERO;
    for (int heals = 1; heals <= 8; heals++) {
      assertThat(at(passed)).isInstanceOf(Remedy.Roll.class);
      Duration wait = TEMPO.backOff(heals);
      healing.whole(NOW.plus(passed).plusSeconds(1));
      assertThat(at(passed.plusSeconds(2)))
          .isEqualTo(new Remedy.Report(wait.minusSeconds(2), List.of(DRIFT)));
      passed = passed.plus(wait);
    }
    assertThat(TEMPO.backOff(8)).isEqualTo(TEMPO.lastRetry());
  }

  @Test
  void thePageSaysHowLongItWaits() {
    assertThat(TEMPO.backOff(2)).isEqualTo(TEMPO.firstRetry().multipliedBy(2));
    assertThat(Handbook.page("sync.md").text())
        .contains(
            "(%d seconds, then twice as long each time, at most %d minutes)"
                .formatted(TEMPO.firstRetry().toSeconds(), TEMPO.lastRetry().toMinutes()))
        .contains("after five tries");
    assertThat(TEMPO.retries()).isEqualTo(5);
  }

  @Test
  void afterAWhileOfPeaceItIsChangedBackAtOnceAgain() {
    at(Duration.ZERO);
    healing.whole(NOW.plusSeconds(1));
    at(TEMPO.backOff(1));
    Duration calm = TEMPO.backOff(1).plus(TEMPO.lastRetry());
    healing.whole(NOW.plus(calm));

    assertThat(at(calm)).isInstanceOf(Remedy.Roll.class);
    assertThat(at(calm.plusSeconds(2)))
        .isEqualTo(new Remedy.Report(TEMPO.backOff(1).minusSeconds(2), List.of(DRIFT)));
  }

  @Test
  void whatCannotBeMendedIsLeftToPeopleUntilTheySayRetry() {
    Duration passed = Duration.ZERO;
    for (int tries = 1; tries <= TEMPO.retries(); tries++) {
      assertThat(at(passed)).isInstanceOf(Remedy.Roll.class);
      passed = passed.plus(TEMPO.lastRetry());
    }

    assertThat(at(passed))
        .isInstanceOfSatisfying(
            Remedy.Report.class,
            report ->
                assertThat(report.why())
                    .extracting(Condition::reason)
                    .containsExactly("ChangedByOthers", "RetriesExhausted"));
    healing.retry(NOW.plus(passed));
    assertThat(at(passed)).isInstanceOf(Remedy.Roll.class);
  }

  @Test
  void aRetryThatCameBeforeTheLastTryChangesNothing() {
    at(Duration.ofSeconds(10));

    healing.retry(NOW);

    assertThat(at(Duration.ofSeconds(11))).isInstanceOf(Remedy.Report.class);
  }
}
