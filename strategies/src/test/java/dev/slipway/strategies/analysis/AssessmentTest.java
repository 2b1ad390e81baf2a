package dev.slipway.strategies.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Goal: few requests never condemn a release by chance, and many do not hide a bad one. */
class AssessmentTest {
  private static final Metric ERRORS = Metric.usual(Builtin.ERROR_RATE);

  private static Sample of(long failed, long requests) {
    return new Sample.Value((double) failed / requests, OptionalLong.of(requests));
  }

  private static Verdict alone(long failed, long requests) {
    return new Assessment(ERRORS).of(of(failed, requests), Optional.empty(), Optional.empty());
  }

  private static Verdict beside(long failed, long requests, long others, long served) {
    return beside(of(failed, requests), of(others, served));
  }

  private static Verdict beside(Sample candidate, Sample stable) {
    return new Assessment(ERRORS).of(candidate, Optional.of(stable), Optional.empty());
  }

  private static Verdict after(Sample candidate, Sample former) {
    Metric usual = Metric.usual(Builtin.ERROR_RATE);
    var compared =
        new Metric(
            usual.name(),
            Optional.empty(),
            Optional.empty(),
            Threshold.max(0.5),
            OptionalDouble.empty(),
            Optional.of(new Metric.Former(2, Duration.ofMinutes(5))),
            50,
            usual.onNoData(),
            usual.limits(),
            usual.count(),
            false,
            true);
    return new Assessment(compared).of(candidate, Optional.empty(), Optional.of(former));
  }

  @Test
  void whatTheFormerReleaseHadIsComparedWithAsTheStableOne() {
    assertThat(after(of(50, 1_000), of(20, 2_000)))
        .isEqualTo(
            new Verdict.Fail(
                "error-rate 5 % of 1,000 requests, and 1 % of the former release, at most 2 times"
                    + " that"));
    assertThat(after(of(20, 1_000), of(20, 2_000))).isInstanceOf(Verdict.Pass.class);
    assertThat(after(of(22, 1_000), of(20, 2_000)).detail()).contains("may be chance");
  }

  @Test
  void aFormerReleaseOfWhichNothingIsKnownIsNoReasonToGoOn() {
    assertThat(after(of(0, 500), new Sample.NoData("no requests")))
        .isEqualTo(new Verdict.Inconclusive("error-rate of the former release: no requests"));
    assertThat(after(of(0, 500), of(0, 10))).isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  void theReasonSaysTheNumbers() {
    assertThat(alone(63, 1_240))
        .isEqualTo(new Verdict.Fail("error-rate 5.08 % of 1,240 requests, at most 1 %"));
  }

  @Test
  void exactlyTheThresholdIsGood() {
    assertThat(alone(10, 1_000)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void defect23TooFewRequestsSayNothingHoweverManyFail() {
    assertThat(alone(49, 49))
        .isEqualTo(new Verdict.Inconclusive("error-rate only 49 requests, at least 50 are needed"));
    assertThat(alone(0, 49)).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(alone(0, 50)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void defect23OneFailureOfFiftyMayBeChanceAndFourAreNot() {
    assertThat(alone(1, 50))
        .isEqualTo(
            new Verdict.Inconclusive(
                "error-rate 2 % of 50 requests, at most 1 %, which may be chance"));
    assertThat(alone(3, 50)).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(alone(4, 50)).isInstanceOf(Verdict.Fail.class);
  }

  @Test
  void oneDifferenceMayBeChanceAndTwoOfFiftyAreNot() {
    assertThat(differing(0, 0, 50)).isInstanceOf(Verdict.Pass.class);
    assertThat(differing(1, 0, 50)).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(differing(2, 0, 50)).isInstanceOf(Verdict.Fail.class);
  }

  @Test
  void aDifferenceThatTheNoiseMayHaveMadeCondemnsNobody() {
    assertThat(differing(270, 240, 1_000))
        .isEqualTo(
            new Verdict.Inconclusive(
                "difference-rate 3 % of 1,000 requests, at most 0.1 %, which may be chance"));
    assertThat(differing(400, 240, 1_000)).isInstanceOf(Verdict.Fail.class);
    assertThat(differing(240, 240, 1_000)).isInstanceOf(Verdict.Pass.class);
  }

  private static Verdict differing(long candidate, long stable, long requests) {
    double noise = (double) stable / requests;
    double value = (double) candidate / requests - noise;
    return new Assessment(Metric.usual(Builtin.DIFFERENCE_RATE))
        .of(
            new Sample.Value(value, OptionalLong.of(requests), noise),
            Optional.empty(),
            Optional.empty());
  }

  @Test
  void defect23AStableWithoutFailuresCondemnsNobodyForOne() {
    assertThat(beside(1, 100, 0, 1_000)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void manyMoreFailuresThanTheStableHasAreNoChance() {
    assertThat(beside(9, 1_000, 1, 4_000))
        .isEqualTo(
            new Verdict.Fail(
                "error-rate 0.9 % of 1,000 requests, and 0.025 % of the stable release, at most 2"
                    + " times that"));
    assertThat(beside(8, 1_000, 4, 1_000)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void aStableThatCannotBeMeasuredIsNoReasonToGoOn() {
    Sample good = of(0, 500);

    assertThat(beside(good, new Sample.NoData("no requests")))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(beside(good, new Sample.Failed("refused"))).isInstanceOf(Verdict.Errored.class);
    assertThat(beside(0, 500, 0, 10)).isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  void aNumberOfUnknownManyRequestsIsNotEnough() {
    assertThat(
            new Assessment(ERRORS)
                .of(new Sample.Value(0, OptionalLong.empty()), Optional.empty(), Optional.empty()))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  /** What is as good as the stable is measured a hundred times a stage; few of those may fail. */
  @Test
  void aReleaseLikeTheStableIsHardlyEverCondemned() {
    var random = new SplittableRandom(1);
    int condemned = 0;
    for (int run = 0; run < 1_000; run++) {
      long mine = failures(random, 200, 0.005);
      long others = failures(random, 2_000, 0.005);
      condemned += beside(mine, 200, others, 2_000) instanceof Verdict.Fail ? 1 : 0;
    }
    assertThat(condemned).isLessThan(10);
  }

  @Test
  void aReleaseOfWhichOneRequestInTwentyFailsIsCondemnedWithinAFewHundred() {
    var random = new SplittableRandom(2);
    int condemned = 0;
    for (int run = 0; run < 1_000; run++) {
      condemned += alone(failures(random, 400, 0.05), 400) instanceof Verdict.Fail ? 1 : 0;
    }
    assertThat(condemned).isGreaterThan(990);
  }

  private static long failures(SplittableRandom random, int requests, double rate) {
    return random.doubles(requests).filter(one -> one < rate).count();
  }
}
