package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.Ramped.Curve;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: the share follows its curve, for as long as it says, and no step is left out or doubled.
 */
class RampedTest {
  private static Ramped ramp(int from, int to, String duration, String interval, Curve curve) {
    return new Ramped(
        from,
        to,
        Duration.parse(duration),
        Duration.parse(interval),
        curve,
        Optional.empty(),
        new Amount.Count(1),
        Duration.ofMinutes(10));
  }

  private static Stream<Step> steps(Plan plan) {
    return plan.lanes().flatMap(lane -> lane.steps().stream());
  }

  private static List<Integer> shares(Ramped ramp) {
    return steps(Scene.withSlots(100).plan(ramp))
        .filter(TrafficStep.Shift.class::isInstance)
        .map(step -> ((TrafficStep.Shift) step).share().basisPoints() / 100)
        .toList();
  }

  private static Duration paused(Ramped ramp) {
    return steps(Scene.withSlots(100).plan(ramp))
        .filter(WaitStep.Pause.class::isInstance)
        .map(step -> ((WaitStep.Pause) step).duration())
        .reduce(Duration.ZERO, Duration::plus);
  }

  @Test
  void aLineGrowsByTheSameEachTime() {
    assertThat(shares(ramp(10, 50, "PT20M", "PT5M", Curve.LINEAR))).startsWith(10, 20, 30, 40, 50);
  }

  @Test
  void anExponentialCurveGrowsByTheSameFactorEachTime() {
    assertThat(shares(ramp(1, 64, "PT30M", "PT5M", Curve.EXPONENTIAL)))
        .startsWith(1, 2, 4, 8, 16, 32, 64);
  }

  @Test
  void sharesThatRoundToTheSameAreOneLongerStep() {
    List<Integer> shares = shares(ramp(1, 4, "PT1H", "PT1M", Curve.LINEAR));

    assertThat(shares).startsWith(1, 2, 3, 4).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 100, PT30M, PT1M, LINEAR",
    "1, 100, PT30M, PT1M, EXPONENTIAL",
    "1, 4, PT1H, PT1M, LINEAR",
    "10, 50, PT30M, PT7M, LINEAR",
    "5, 50, PT1M, PT10M, EXPONENTIAL"
  })
  void itTakesAsLongAsItSays(int from, int to, String duration, String interval, Curve curve) {
    assertThat(paused(ramp(from, to, duration, interval, curve)))
        .isEqualTo(Duration.parse(duration));
  }

  @Test
  void everyShareIsJudgedForAsLongAsItLasts() {
    var judged =
        new Ramped(
            10,
            50,
            Duration.ofMinutes(20),
            Duration.ofMinutes(5),
            Curve.LINEAR,
            Optional.of(Analysis.DEFAULT),
            new Amount.Count(1),
            Duration.ofMinutes(10));

    assertThat(steps(Scene.withSlots(10).plan(judged)))
        .filteredOn(JudgeStep.Analysis.class::isInstance)
        .extracting(step -> ((JudgeStep.Analysis) step).duration())
        .hasSize(4)
        .containsOnly(Duration.ofMinutes(5));
  }

  @Test
  void whatIsNoRampIsRefused() {
    assertThatThrownBy(() -> ramp(50, 10, "PT30M", "PT1M", Curve.LINEAR))
        .hasMessage("a ramp from 50% to 10% is none within 1%..100%");
    assertThatThrownBy(() -> ramp(1, 100, "PT0S", "PT1M", Curve.LINEAR))
        .hasMessageContaining("duration PT0S");
  }
}
