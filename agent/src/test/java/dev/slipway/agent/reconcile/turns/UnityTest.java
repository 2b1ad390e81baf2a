package dev.slipway.agent.reconcile.turns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.reconcile.decision.Tempo;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.Recreate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: balancers are told again for as long as they disagree, and nobody is fought for it. */
class UnityTest {
  private static final Tempo TEMPO = Tempo.DEFAULT;
  private static final List<String> SPLIT = List.of("front2: web1 is OUT, wanted SERVING");
  private static final List<String> SILENT = List.of("front2: connection refused");

  private Instant now = Instant.EPOCH;
  private List<String> left = List.of();
  private int told;
  private final Unity unity =
      new Unity(
          (_, _) -> {
            told++;
            return left;
          },
          TEMPO,
          () -> now);

  private Duration restore() {
    assertThat(unity.isSplit(SPLIT, List.of())).isTrue();
    return unity.restore(Samples.deployment(Recreate.DEFAULT), Samples.OLD);
  }

  @Test
  void aFirstSplitIsMendedAtOnceAndShownNoMore() {
    assertThat(restore()).isZero();

    assertThat(told).isEqualTo(1);
    assertThat(unity.remarks()).isEmpty();
  }

  @Test
  void whatIsToldInVainIsShownAndToldAgainEverLaterWithoutAnEnd() {
    left = SILENT;

    assertThat(restore()).isEqualTo(TEMPO.firstRetry());
    assertThat(unity.remarks())
        .containsExactly(
            new Condition("Balancers", "Split", SPLIT.getFirst() + "\n" + SILENT.getFirst()));
    now = now.plusSeconds(1);
    assertThat(restore()).isEqualTo(TEMPO.firstRetry().minusSeconds(1));
    assertThat(told).isEqualTo(1);
    for (int time = 2; time < 30; time++) {
      now = now.plus(TEMPO.lastRetry());
      restore();
      assertThat(told).isEqualTo(time);
    }
    assertThat(restore()).isEqualTo(TEMPO.lastRetry());
  }

  @Test
  void whoeverSetsThemApartAgainAndAgainIsNotFoughtAtFullSpeed() {
    assertThat(restore()).isZero();
    now = now.plusSeconds(1);
    assertThat(unity.isSplit(List.of(), List.of())).isFalse();

    assertThat(restore()).isEqualTo(TEMPO.firstRetry().minusSeconds(1));

    now = now.plus(TEMPO.firstRetry());
    assertThat(restore()).isZero();
    now = now.plus(TEMPO.lastRetry());
    assertThat(unity.isSplit(List.of(), List.of())).isFalse();
    assertThat(restore()).isZero();
    now = now.plus(TEMPO.firstRetry());
    assertThat(restore()).isZero();
  }

  @Test
  void whatCannotBeMendedIsShownAndNobodyIsTold() {
    assertThat(unity.isSplit(SPLIT, List.of("web1 is not proven"))).isFalse();

    assertThat(unity.remarks())
        .extracting(Condition::message)
        .containsExactly(SPLIT.getFirst() + "\nweb1 is not proven");
  }
}
