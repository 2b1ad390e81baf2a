package dev.slipway.strategies.analysis.arms;

import dev.slipway.strategies.analysis.Unit;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.FisherExactTest;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * Tests whether two releases differ, both ways at once.
 *
 * <p>Parts of a whole are compared by the two-proportion z-test, and exactly where so few are
 * expected in one of its four fields that it would not hold. Values are compared by their ranks, so
 * that one great customer decides nothing.
 */
final class TwoSamples {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double FEW = 5;
  private static final double POINTS = 100;

  /** What the exact test can hold; so many are never few. */
  private static final long EXACT_MAX = 1_000_000;

  private TwoSamples() {}

  /** Returns how far the candidate's part is from the stable release's. */
  static Effect of(Arm.Counts candidate, Arm.Counts stable, double confidence) {
    double difference = candidate.rate() - stable.rate();
    Interval interval = Interval.of(candidate, stable, confidence);
    String text =
        String.format(
            Locale.ROOT,
            "%s of %,d with the candidate, %s of %,d with the stable release, %+.2f points"
                + " (%+.2f to %+.2f)%s",
            Unit.PART.text(candidate.rate()),
            candidate.trials(),
            Unit.PART.text(stable.rate()),
            stable.trials(),
            difference * POINTS,
            interval.low() * POINTS,
            interval.high() * POINTS,
            relatively(difference, stable.rate()));
    return effect(difference, part(difference, stable.rate()), chance(candidate, stable), text);
  }

  /** Where all values are the same there is no probability, and no difference. */
  private static Effect effect(
      double difference, OptionalDouble relative, double pValue, String text) {
    double known = Double.isNaN(pValue) ? 1 : Math.clamp(pValue, 0, 1);
    return new Effect(
        difference, relative, known, String.format(Locale.ROOT, "%s, p %.3g", text, known));
  }

  private static OptionalDouble part(double difference, double base) {
    return base == 0 ? OptionalDouble.empty() : OptionalDouble.of(difference / Math.abs(base));
  }

  private static String relatively(double difference, double base) {
    return part(difference, base).stream()
        .mapToObj(part -> String.format(Locale.ROOT, ", %+.1f %%", part * POINTS))
        .findFirst()
        .orElse("");
  }

  private static double chance(Arm.Counts candidate, Arm.Counts stable) {
    double all = (double) candidate.trials() + stable.trials();
    double rate = (candidate.successes() + stable.successes()) / all;
    double least = Math.min(candidate.trials(), stable.trials()) * Math.min(rate, 1 - rate);
    if (least < FEW && all <= EXACT_MAX) {
      return exact(candidate, stable);
    }
    double error =
        Math.sqrt(rate * (1 - rate) * (1.0 / candidate.trials() + 1.0 / stable.trials()));
    return error == 0
        ? 1
        : 2 * NORMAL.survivalProbability(Math.abs(candidate.rate() - stable.rate()) / error);
  }

  private static double exact(Arm.Counts candidate, Arm.Counts stable) {
    long succeeded = candidate.successes() + stable.successes();
    if (succeeded == 0 || succeeded == candidate.trials() + stable.trials()) {
      return 1;
    }
    return FisherExactTest.withDefaults()
        .test(new int[][] {row(candidate), row(stable)})
        .getPValue();
  }

  private static int[] row(Arm.Counts arm) {
    return new int[] {
      Math.toIntExact(arm.successes()), Math.toIntExact(arm.trials() - arm.successes())
    };
  }

  /** Returns how far the candidate's values are from the stable release's. */
  static Effect of(Arm.Values candidate, Arm.Values stable) {
    double[] mine = candidate.sorted();
    double[] other = stable.sorted();
    var test = MannWhitneyUTest.withDefaults().test(mine, other);
    double superior = test.getStatistic() / ((double) mine.length * other.length);
    double shift = median(mine) - median(other);
    String text =
        String.format(
            Locale.ROOT,
            "median %s of %,d with the candidate, %s of %,d with the stable release%s; the"
                + " candidate's is the greater of two in %.1f %%",
            Unit.NUMBER.text(median(mine)),
            mine.length,
            Unit.NUMBER.text(median(other)),
            other.length,
            relatively(shift, median(other)),
            superior * POINTS);
    return effect(superior - 1.0 / 2, part(shift, median(other)), test.getPValue(), text);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Newcombe's interval of a difference, which also holds for parts near nothing and near all. */
  private record Interval(double low, double high) {
    private static Interval of(Arm.Counts candidate, Arm.Counts stable, double confidence) {
      double z = NORMAL.inverseSurvivalProbability((1 - confidence) / 2);
      Interval mine = wilson(candidate, z);
      Interval other = wilson(stable, z);
      double difference = candidate.rate() - stable.rate();
      return new Interval(
          difference - Math.hypot(candidate.rate() - mine.low(), other.high() - stable.rate()),
          difference + Math.hypot(mine.high() - candidate.rate(), stable.rate() - other.low()));
    }

    private static Interval wilson(Arm.Counts arm, double z) {
      double trials = arm.trials();
      double rate = arm.rate();
      double centre = rate + z * z / (2 * trials);
      double spread = z * Math.sqrt((rate * (1 - rate) + z * z / (4 * trials)) / trials);
      double scale = 1 + z * z / trials;
      return new Interval((centre - spread) / scale, (centre + spread) / scale);
    }
  }
}
