package dev.slipway.strategies.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.analysis.Metric.Limits;
import dev.slipway.strategies.analysis.Metric.OnNoData;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Goal: each limit decides at its edge, and what is not known never promotes a release. */
class JudgeTest {
  private static final Sample GOOD = new Sample.Value(25, OptionalLong.empty());
  private static final Sample LOW = new Sample.Value(19, OptionalLong.empty());
  private static final Sample NOTHING = new Sample.NoData("no values found");
  private static final Sample DEAD = new Sample.Failed("connection refused");

  private static Metric basket(Limits limits) {
    return basket(limits, OptionalInt.empty(), false, OnNoData.INCONCLUSIVE);
  }

  private static Metric basket(
      Limits limits, OptionalInt count, boolean dryRun, OnNoData onNoData) {
    return new Metric(
        "basket-value",
        Optional.of("prometheus"),
        Optional.of(new Metric.Query("avg(basket)", "")),
        new Threshold(OptionalDouble.of(20), OptionalDouble.of(30)),
        OptionalDouble.empty(),
        Optional.empty(),
        0,
        onNoData,
        limits,
        count,
        dryRun,
        true);
  }

  private static Judge heard(Metric metric, Sample... samples) {
    var judge = new Judge(List.of(metric));
    for (Sample sample : samples) {
      judge.hear(metric, sample, Optional.empty(), Optional.empty());
    }
    return judge;
  }

  private static Verdict verdict(Metric metric, Sample... samples) {
    return heard(metric, samples).verdict();
  }

  @Test
  void defect23NothingMeasuredIsInconclusiveAndNotGood() {
    assertThat(verdict(basket(Limits.DEFAULT)))
        .isEqualTo(new Verdict.Inconclusive("basket-value was not measured"));
  }

  @Test
  void bothEdgesOfAThresholdAreGood() {
    for (double edge : new double[] {20, 30}) {
      assertThat(verdict(basket(Limits.DEFAULT), new Sample.Value(edge, OptionalLong.empty())))
          .isInstanceOf(Verdict.Pass.class);
    }
    assertThat(verdict(basket(Limits.DEFAULT), LOW))
        .isEqualTo(new Verdict.Fail("basket-value 19, at least 20"));
    assertThat(verdict(basket(Limits.DEFAULT), new Sample.Value(30.5, OptionalLong.empty())))
        .isEqualTo(new Verdict.Fail("basket-value 30.5, at most 30"));
  }

  @Test
  void asManyMeasurementsAsTheLimitSaysMayFailAndNoMore() {
    Metric metric = basket(new Limits(2, 0, 4));

    assertThat(heard(metric, GOOD, LOW, LOW).settled()).isEmpty();
    assertThat(verdict(metric, GOOD, LOW, LOW)).isInstanceOf(Verdict.Pass.class);
    assertThat(heard(metric, GOOD, LOW, LOW, LOW).settled()).containsInstanceOf(Verdict.Fail.class);
  }

  @Test
  void whatFailedWithinItsLimitAndNeverPassedIsNotGood() {
    assertThat(verdict(basket(new Limits(2, 0, 4)), LOW)).isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  void errorsCountInARowOnly() {
    Metric metric = basket(new Limits(0, 0, 2));

    assertThat(heard(metric, DEAD, DEAD, GOOD, DEAD, DEAD).settled()).isEmpty();
    assertThat(heard(metric, DEAD, DEAD, DEAD).settled())
        .contains(new Verdict.Errored("basket-value connection refused"));
  }

  @Test
  void fourErrorsInARowAreBorneByDefaultAndPromoteNothing() {
    assertThat(verdict(basket(Limits.DEFAULT), GOOD, DEAD, DEAD, DEAD, DEAD))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(verdict(basket(Limits.DEFAULT), GOOD, DEAD, DEAD, DEAD, DEAD, DEAD))
        .isInstanceOf(Verdict.Errored.class);
  }

  @Test
  void theLastMeasurementMustBeConclusiveUnlessTheLimitSaysOtherwise() {
    assertThat(verdict(basket(Limits.DEFAULT), NOTHING, GOOD)).isInstanceOf(Verdict.Pass.class);
    assertThat(verdict(basket(Limits.DEFAULT), GOOD, NOTHING))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(verdict(basket(new Limits(0, 1, 4)), GOOD, NOTHING))
        .isInstanceOf(Verdict.Pass.class);
    assertThat(verdict(basket(new Limits(0, 1, 4)), GOOD, NOTHING, NOTHING))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(verdict(basket(new Limits(0, 9, 4)), NOTHING, NOTHING))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  /** There it counted as a failed check, and a release without requests was rolled back. */
  @Test
  void flagger1353NoValuesFoundIsNoDataAndNoFailure() {
    assertThat(verdict(basket(Limits.DEFAULT), NOTHING))
        .isEqualTo(new Verdict.Inconclusive("basket-value no values found"));
  }

  @Test
  void noDataIsWhatTheManifestSays() {
    assertThat(verdict(basket(Limits.DEFAULT, OptionalInt.empty(), false, OnNoData.FAIL), NOTHING))
        .isInstanceOf(Verdict.Fail.class);
    assertThat(verdict(basket(Limits.DEFAULT, OptionalInt.empty(), false, OnNoData.PASS), NOTHING))
        .isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void whatHasBeenMeasuredAsOftenAsAskedIsNotDueAnyMore() {
    Metric metric = basket(Limits.DEFAULT, OptionalInt.of(2), false, OnNoData.INCONCLUSIVE);

    assertThat(heard(metric, NOTHING, GOOD).due()).containsExactly(metric);
    assertThat(heard(metric, NOTHING, GOOD, GOOD).due()).isEmpty();
  }

  @Test
  void aDryRunIsShownAndDecidesNothing() {
    Metric dry = basket(Limits.DEFAULT, OptionalInt.empty(), true, OnNoData.INCONCLUSIVE);

    assertThat(verdict(dry, LOW, LOW, DEAD, LOW))
        .isEqualTo(new Verdict.Pass("dry run: basket-value 19, at least 20"));
  }

  @Test
  void oneBadMetricAmongGoodOnesIsEnough() {
    Metric requests = Metric.usual(Builtin.REQUESTS);
    Metric basket = basket(Limits.DEFAULT);
    var judge = new Judge(List.of(requests, basket));

    judge.hear(
        requests, new Sample.Value(900, OptionalLong.of(900)), Optional.empty(), Optional.empty());
    assertThat(judge.verdict())
        .isEqualTo(new Verdict.Inconclusive("basket-value was not measured"));
    judge.hear(basket, LOW, Optional.empty(), Optional.empty());
    assertThat(judge.verdict()).isInstanceOf(Verdict.Fail.class);
  }

  @Test
  void defect22NoNumberIsNoSample() {
    for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Sample.Value(wrong, OptionalLong.empty()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Threshold.max(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
