package dev.slipway.strategies.analysis.arms;

import dev.slipway.strategies.analysis.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What decides between two releases, and when.
 *
 * @param goals the first decides, and by none of the others may the candidate be worse
 * @param duration when it is decided at the latest
 * @param interval after which it is looked whether the sample is complete
 * @param sampleSize how many of each release are enough to decide before that, by every goal; empty
 *     where only the time decides
 * @param minSamples with fewer of one release nothing is said
 * @param onNoDifference what becomes of a candidate that is neither better nor worse
 * @param onNotEnoughData what becomes of a candidate of which too little is known
 */
public record Contest(
    List<Goal> goals,
    Duration duration,
    Duration interval,
    OptionalLong sampleSize,
    long minSamples,
    Then onNoDifference,
    Then onNotEnoughData) {
  /** How many of each release are needed unless a manifest says otherwise. */
  public static final long USUAL_SAMPLES = 100;

  /** A day, by the requests that fail. */
  public static final Contest DEFAULT =
      new Contest(
          List.of(Goal.FEWER_FAILURES),
          Duration.ofDays(1),
          Duration.ofSeconds(30),
          OptionalLong.empty(),
          USUAL_SAMPLES,
          Then.PROMOTE,
          Then.ABORT);

  public Contest {
    goals = List.copyOf(goals);
    var names = new HashSet<String>();
    goals.forEach(goal -> names.add(goal.name()));
    if (names.isEmpty() || names.size() < goals.size()) {
      throw new IllegalArgumentException("an A/B test needs goals of different names");
    }
    if (!duration.isPositive()
        || !interval.isPositive()
        || minSamples < 2
        || sampleSize.orElse(minSamples) < minSamples) {
      throw new IllegalArgumentException(
          "duration %s and interval %s must be above zero, minSamples %d at least 2, and sampleSize"
                  .formatted(duration, interval, minSamples)
              + " %s not below".formatted(sampleSize));
    }
  }

  /** What becomes of a release. */
  public enum Then {
    PROMOTE,
    ABORT
  }

  /** What was seen of the two, by one goal. */
  public record Pair(Arm candidate, Arm stable) {
    public Pair {
      if (candidate.getClass() != stable.getClass()) {
        throw new IllegalArgumentException(
            "%s and %s cannot be compared".formatted(candidate, stable));
      }
    }

    /** Returns how many were seen of the one that was seen less often. */
    public long size() {
      return Math.min(candidate.size(), stable.size());
    }
  }

  /** Returns whether so much was seen that nothing has to be waited for. */
  public boolean isEnough(Map<Goal, Pair> seen) {
    return sampleSize.isPresent()
        && goals.stream()
            .allMatch(
                goal -> seen.containsKey(goal) && seen.get(goal).size() >= sampleSize.getAsLong());
  }

  /**
   * Returns what the numbers say of each goal.
   *
   * <p>The more goals there are by which nothing may be worse, the surer each must be, so that all
   * of them together are as sure as one (Bonferroni).
   */
  public List<Finding> findings(Map<Goal, Pair> seen) {
    var findings = new ArrayList<Finding>();
    for (Goal goal : goals) {
      int others = Math.max(1, goals.size() - 1);
      double doubt = (1 - goal.confidence()) / (findings.isEmpty() ? 1 : others);
      Pair pair = seen.get(goal);
      findings.add(
          pair == null
              ? new Finding.NotEnoughData(goal, "there are no numbers")
              : finding(goal, pair, doubt));
    }
    return findings;
  }

  private Finding finding(Goal goal, Pair pair, double doubt) {
    if (pair.size() < minSamples) {
      return new Finding.NotEnoughData(
          goal,
          "%,d of the candidate and %,d of the stable release, at least %,d are needed"
              .formatted(pair.candidate().size(), pair.stable().size(), minSamples));
    }
    Effect effect = effect(pair, 1 - doubt);
    if (effect.pValue() > doubt || !effect.reaches(goal.minimumEffect())) {
      return new Finding.NoDifference(goal, effect);
    }
    boolean isMore = effect.difference() > 0;
    return isMore == (goal.higherIs() == Goal.HigherIs.BETTER)
        ? new Finding.CandidateBetter(goal, effect)
        : new Finding.CandidateWorse(goal, effect);
  }

  private static Effect effect(Pair pair, double confidence) {
    return switch (pair.candidate()) {
      case Arm.Counts mine when pair.stable() instanceof Arm.Counts other ->
          TwoSamples.of(mine, other, confidence);
      case Arm.Values mine when pair.stable() instanceof Arm.Values other ->
          TwoSamples.of(mine, other);
      case Arm.Counts _, Arm.Values _ ->
          throw new IllegalStateException("%s has two kinds".formatted(pair));
    };
  }

  /** Returns what becomes of the candidate. */
  public Verdict verdict(List<Finding> findings) {
    String detail = String.join("; ", findings.stream().map(Finding::detail).toList());
    if (findings.stream().anyMatch(Finding.CandidateWorse.class::isInstance)) {
      return new Verdict.Fail(detail);
    }
    if (findings.stream().anyMatch(Finding.NotEnoughData.class::isInstance)) {
      return onNotEnoughData == Then.PROMOTE
          ? new Verdict.Pass("not enough data, and goes on: " + detail)
          : new Verdict.Inconclusive("not enough data: " + detail);
    }
    return findings.getFirst() instanceof Finding.NoDifference && onNoDifference == Then.ABORT
        ? new Verdict.Fail("not better: " + detail)
        : new Verdict.Pass(detail);
  }
}
