package dev.slipway.strategies.analysis.arms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.strategies.analysis.Verdict;
import dev.slipway.strategies.analysis.arms.Contest.Pair;
import dev.slipway.strategies.analysis.arms.Contest.Then;
import dev.slipway.strategies.analysis.arms.Goal.HigherIs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/**
 * Goal: what is found is what textbooks find, and it decides as the manifest says. Method: counts
 * with known answers, and the same drawn two thousand times.
 */
class ContestTest {
  private static final Goal SIGNUP = goal("signup", HigherIs.BETTER, 0);
  private static final Goal REFUND = goal("refund", HigherIs.WORSE, 0);

  @Test
  void moreSignUpsThanChanceExplainsAreBetter() {
    Pair pair = counts(260, 2_000, 200, 2_000);
    Finding finding = only(SIGNUP, pair);
    assertThat(finding).isInstanceOf(Finding.CandidateBetter.class);
    assertThat(finding.detail())
        .isEqualTo(
            "signup is better: 13 % of 2,000 with the candidate, 10 % of 2,000 with the stable"
                + " release, +3.00 points (+1.02 to +4.98), +30.0 %, p 0.00294");
  }

  @Test
  void theSameNumbersTheOtherWayRoundAreWorse() {
    assertThat(only(SIGNUP, counts(200, 2_000, 260, 2_000)))
        .isInstanceOf(Finding.CandidateWorse.class);
    assertThat(only(REFUND, counts(260, 2_000, 200, 2_000)))
        .isInstanceOf(Finding.CandidateWorse.class);
  }

  @Test
  void whatChanceExplainsIsNoDifference() {
    assertThat(only(SIGNUP, counts(205, 2_000, 200, 2_000)))
        .isInstanceOf(Finding.NoDifference.class);
  }

  @Test
  void aSureDifferenceThatIsTooSmallIsNone() {
    Pair pair = counts(260, 2_000, 200, 2_000);
    assertThat(only(goal("signup", HigherIs.BETTER, 0.29), pair))
        .isInstanceOf(Finding.CandidateBetter.class);
    assertThat(only(goal("signup", HigherIs.BETTER, 0.31), pair))
        .isInstanceOf(Finding.NoDifference.class);
  }

  @Test
  void tooFewOfEitherAreNotEnough() {
    assertThat(only(SIGNUP, counts(50, 99, 10, 2_000)))
        .isInstanceOf(Finding.NotEnoughData.class)
        .extracting(Finding::detail)
        .isEqualTo(
            "signup: 99 of the candidate and 2,000 of the stable release, at least 100 are needed");
    assertThat(only(SIGNUP, counts(50, 100, 10, 2_000)))
        .isInstanceOf(Finding.CandidateBetter.class);
  }

  /** Fisher's tea: three of four, and one of four. */
  @Test
  void fewAreTestedExactly() {
    assertThat(TwoSamples.of(new Arm.Counts(3, 4), new Arm.Counts(1, 4), 0.95).pValue())
        .isCloseTo(0.4857, within(1e-4));
  }

  /** What {@code prop.test(c(260, 200), c(2000, 2000), correct = FALSE)} of R gives. */
  @Test
  void manyAreTestedAsRDoes() {
    assertThat(TwoSamples.of(new Arm.Counts(260, 2_000), new Arm.Counts(200, 2_000), 0.95).pValue())
        .isCloseTo(0.002942, within(1e-5));
  }

  @Test
  void whereNobodyOrEverybodySucceedsThereIsNoDifference() {
    assertThat(only(SIGNUP, counts(0, 200, 0, 200))).isInstanceOf(Finding.NoDifference.class);
    assertThat(only(SIGNUP, counts(200, 200, 200, 200))).isInstanceOf(Finding.NoDifference.class);
    assertThat(only(SIGNUP, counts(0, 5_000_000, 0, 5_000_000)))
        .isInstanceOf(Finding.NoDifference.class);
  }

  @Test
  void valuesAreComparedByRanksSoThatOneGreatCustomerDecidesNothing() {
    Random random = new Random(7);
    List<Double> stable = random.doubles(300, 10, 20).boxed().toList();
    var one = new ArrayList<>(random.doubles(299, 10, 20).boxed().toList());
    one.add(1e9);
    assertThat(only(SIGNUP, values(one, stable))).isInstanceOf(Finding.NoDifference.class);
    List<Double> more = stable.stream().map(value -> value + 2).toList();
    assertThat(only(SIGNUP, values(more, stable))).isInstanceOf(Finding.CandidateBetter.class);
    assertThat(only(SIGNUP, values(stable, more))).isInstanceOf(Finding.CandidateWorse.class);
  }

  @Test
  void valuesThatAreAllTheSameShowNoDifference() {
    List<Double> same = DoubleStream.generate(() -> 3).limit(200).boxed().toList();
    assertThat(only(SIGNUP, values(same, same))).isInstanceOf(Finding.NoDifference.class);
  }

  /** Of tests of what is the same, one in twenty may find a difference, and hardly more. */
  @Test
  void whatIsTheSameIsSeldomFoundToDiffer() {
    Random random = new Random(20_261_129);
    int found = 0;
    for (int i = 0; i < 2_000; i++) {
      Pair pair = counts(drawn(random), 1_000, drawn(random), 1_000);
      found += only(SIGNUP, pair) instanceof Finding.NoDifference ? 0 : 1;
    }
    assertThat(found).isBetween(60, 140);
  }

  private static long drawn(Random random) {
    return random.doubles(1_000).filter(value -> value < 0.1).count();
  }

  @Test
  void theFirstGoalDecidesAndByNoneOfTheOthersMayItBeWorse() {
    Pair better = counts(260, 2_000, 200, 2_000);
    Pair same = counts(200, 2_000, 200, 2_000);
    Contest contest = contest(List.of(SIGNUP, REFUND), Then.PROMOTE, Then.ABORT);
    assertThat(verdict(contest, better, same)).isInstanceOf(Verdict.Pass.class);
    assertThat(verdict(contest, better, better)).isInstanceOf(Verdict.Fail.class);
    assertThat(verdict(contest, same, same)).isInstanceOf(Verdict.Pass.class);
  }

  /** Each of two must be surer than one alone: 0.03 is enough for one, and not for one of two. */
  @Test
  void theMoreMayNotBeWorseTheSurerEachMustBe() {
    Pair same = counts(200, 2_000, 200, 2_000);
    Pair doubtful = counts(242, 2_000, 200, 2_000);
    Goal other = goal("returns", HigherIs.WORSE, 0);
    Contest two = contest(List.of(SIGNUP, REFUND), Then.PROMOTE, Then.ABORT);
    Contest three = contest(List.of(SIGNUP, REFUND, other), Then.PROMOTE, Then.ABORT);
    assertThat(two.findings(Map.of(SIGNUP, same, REFUND, doubtful)).getLast())
        .isInstanceOf(Finding.CandidateWorse.class);
    assertThat(three.findings(Map.of(SIGNUP, same, REFUND, doubtful, other, same)).get(1))
        .isInstanceOf(Finding.NoDifference.class);
  }

  @Test
  void noDifferenceAndNotEnoughEndAsIsSaid() {
    Pair same = counts(200, 2_000, 200, 2_000);
    Pair few = counts(2, 20, 2, 20);
    List<Goal> goals = List.of(SIGNUP);
    assertThat(verdict(contest(goals, Then.PROMOTE, Then.ABORT), same))
        .isInstanceOf(Verdict.Pass.class);
    assertThat(verdict(contest(goals, Then.ABORT, Then.ABORT), same))
        .isInstanceOf(Verdict.Fail.class);
    assertThat(verdict(contest(goals, Then.PROMOTE, Then.ABORT), few))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(verdict(contest(goals, Then.PROMOTE, Then.PROMOTE), few))
        .isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void itIsEnoughWhenEachGoalHasItsSampleOfBoth() {
    Contest contest =
        new Contest(
            List.of(SIGNUP, REFUND),
            Duration.ofDays(1),
            Duration.ofSeconds(1),
            OptionalLong.of(1_000),
            100,
            Then.PROMOTE,
            Then.ABORT);
    Pair enough = counts(1, 1_000, 1, 1_000);
    assertThat(contest.isEnough(Map.of(SIGNUP, enough, REFUND, enough))).isTrue();
    assertThat(contest.isEnough(Map.of(SIGNUP, enough, REFUND, counts(1, 999, 1, 5_000))))
        .isFalse();
    assertThat(contest.isEnough(Map.of(SIGNUP, enough))).isFalse();
  }

  @Test
  void withoutASampleSizeOnlyTimeEndsIt() {
    Pair many = counts(1, 1_000_000, 1, 1_000_000);
    assertThat(contest(List.of(SIGNUP), Then.PROMOTE, Then.ABORT).isEnough(Map.of(SIGNUP, many)))
        .isFalse();
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> contest(List.of(), Then.PROMOTE, Then.ABORT))
        .hasMessageContaining("goals of different names");
    assertThatThrownBy(() -> contest(List.of(SIGNUP, SIGNUP), Then.PROMOTE, Then.ABORT))
        .hasMessageContaining("goals of different names");
    assertThatThrownBy(() -> new Arm.Counts(2, 1)).hasMessage("2 of 1 is no part of them");
    assertThatThrownBy(() -> new Pair(new Arm.Counts(1, 1), new Arm.Values(List.of())))
        .hasMessageContaining("cannot be compared");
  }

  private static Goal goal(String name, HigherIs higherIs, double minimumEffect) {
    return new Goal(
        name, new Goal.Numbers.Failures(Optional.empty()), higherIs, 0.95, minimumEffect);
  }

  private static Contest contest(List<Goal> goals, Then onNoDifference, Then onNotEnough) {
    return new Contest(
        goals,
        Duration.ofDays(1),
        Duration.ofSeconds(1),
        OptionalLong.empty(),
        100,
        onNoDifference,
        onNotEnough);
  }

  private static Finding only(Goal goal, Pair pair) {
    return contest(List.of(goal), Then.PROMOTE, Then.ABORT).findings(Map.of(goal, pair)).getFirst();
  }

  private static Verdict verdict(Contest contest, Pair... pairs) {
    var seen = new HashMap<Goal, Pair>();
    for (int i = 0; i < pairs.length; i++) {
      seen.put(contest.goals().get(i), pairs[i]);
    }
    return contest.verdict(contest.findings(seen));
  }

  private static Pair counts(long mine, long of, long other, long ofOther) {
    return new Pair(new Arm.Counts(mine, of), new Arm.Counts(other, ofOther));
  }

  private static Pair values(List<Double> mine, List<Double> other) {
    return new Pair(new Arm.Values(mine), new Arm.Values(other));
  }
}
