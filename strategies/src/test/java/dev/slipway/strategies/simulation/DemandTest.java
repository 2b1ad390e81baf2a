package dev.slipway.strategies.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.simulation.Account.Ending;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: a release with a simulated error rate is taken back when the agent's own judge would do it,
 * and the toll is what was answered until then.
 *
 * <p>Method: four hosts with two slots; measurements every 30 s and at least 50 requests, so that
 * rates and shares say by hand at which measurement there are enough.
 */
class DemandTest {
  private static final Duration LONG = Duration.ofHours(1);

  private static Account account(Strategy strategy, Demand demand) {
    var sketch =
        new Sketch(
            4,
            2,
            Optional.of(Set.of(Capability.values())),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            "1.0",
            "1.1");
    var scenario =
        new Scenario(
            strategy,
            List.of(sketch.situation()),
            Procedures.NONE,
            Pace.USUAL,
            List.of(),
            Optional.of(demand));
    return switch (Simulation.run(scenario)) {
      case Simulation.Outcome.Told(var account) -> account;
      case Simulation.Outcome.Refused(var reasons) -> fail(reasons.toString());
    };
  }

  private static Toll toll(Account account, Demand demand) {
    return Toll.of(account, "web", Sketch.release("1.1"), demand);
  }

  private static Demand bad(double perSecond) {
    return new Demand(perSecond, 0.05, Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({
    // 5 % of 20 a second are 30 in a measurement's time: 3 of 60 may be chance, 6 of 120 are not.
    "20, 120",
    // 150 at the first measurement, and 7 of them failed.
    "100, 30",
    // 15 in a measurement's time, so enough only at the fourth; 5 of 105 are no chance any more.
    "10, 210"
  })
  void aBadReleaseIsTakenBackAtTheFirstMeasurementThatRulesChanceOut(
      double perSecond, long measured) {
    Account account = account(Canary.DEFAULT, bad(perSecond));
    Toll toll = toll(account, bad(perSecond));

    assertThat(account.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(account.reason()).startsWith("error-rate ").contains("at most 1 %");
    assertThat(toll.noticed())
        .hasValueSatisfying(at -> {
          assertThat(at.phase()).isEqualTo("stage 1: 5%");
          assertThat(at.until().minus(at.from())).isEqualTo(Duration.ofSeconds(measured));
        });
    // Until the share is taken, a second after the verdict, nobody but these few met it.
    assertThat(toll.requests()).isCloseTo(Math.round(perSecond / 20 * (measured + 1)), within(1L));
    assertThat(toll.failed()).isCloseTo(Math.round(toll.requests() * 0.05), within(1L));
    assertThat(toll.back())
        .hasValueSatisfying(at ->
            assertThat(account.at("web", at).share(Sketch.release("1.0"))).isEqualTo(Share.ALL));
  }

  @Test
  void whatGoesBadLaterIsTakenBackInALaterStage() {
    var later = new Demand(20, 0.05, Duration.ofMinutes(12));
    Account account = account(Canary.DEFAULT, later);
    Toll toll = toll(account, later);

    assertThat(account.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(toll.noticed())
        .hasValueSatisfying(at -> {
          assertThat(at.phase()).isEqualTo("stage 3: 50%");
          assertThat(at.until()).isGreaterThan(later.from());
        });
    assertThat(toll.failed()).isLessThan(toll.requests() / 20);
    assertThat(toll.back()).isPresent();
  }

  @Test
  void tooFewRequestsForAVerdictTakeTheReleaseBackAndSayWhy() {
    var few = new Demand(0.1, 0, Duration.ZERO);
    Account account = account(Canary.DEFAULT, few);

    assertThat(account.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(account.reason()).contains("only 10 requests, at least 50 are needed");
    // A pause of 5 minutes, and the extension of 30.
    assertThat(toll(account, few).noticed())
        .hasValueSatisfying(
            at -> assertThat(at.until().minus(at.from())).isEqualTo(Duration.ofMinutes(35)));
  }

  @Test
  void aGoodReleaseIsPromotedAndStays() {
    var good = new Demand(20, 0, Duration.ZERO);
    Account account = account(Canary.DEFAULT, good);
    Toll toll = toll(account, good);

    assertThat(account.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(account.reason()).isEmpty();
    assertThat(toll.failed()).isZero();
    assertThat(toll.noticed()).isEmpty();
    assertThat(toll.back()).isEmpty();
  }

  @Test
  void afterASwitchEverybodyMeetsItUntilItIsSwitchedBack() {
    var judged =
        new BlueGreen(
            LONG, LONG, Optional.empty(), Optional.empty(), Optional.of(Analysis.DEFAULT));
    Account account = account(judged, bad(20));
    Toll toll = toll(account, bad(20));

    assertThat(account.ending()).isEqualTo(Ending.ROLLED_BACK);
    // All of 20 a second for one measurement, the proof of the former slots and the switch.
    assertThat(toll.requests()).isEqualTo(20L * (30 + 10 + 1));
    assertThat(toll.back()).isPresent();
  }

  @Test
  void aStrategyThatMeasuresNothingNoticesNothing() {
    Account account = account(Rolling.DEFAULT, bad(20));
    Toll toll = toll(account, bad(20));

    assertThat(account.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(toll.noticed()).isEmpty();
    assertThat(toll.failed()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "-1, 0.1", "NaN, 0.1", "20, 1.1", "20, -0.1", "20, NaN"})
  void whatCannotBeIsRefused(double perSecond, double errorRate) {
    assertThatThrownBy(() -> new Demand(perSecond, errorRate, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
