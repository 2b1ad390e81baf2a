package dev.slipway.strategies.analysis.arms;

import java.util.List;

/** What was seen of one release during a test. */
public sealed interface Arm {
  /** Returns of how many users or events it is. */
  long size();

  /** Successes among trials. */
  record Counts(long successes, long trials) implements Arm {
    public Counts {
      if (successes < 0 || successes > trials) {
        throw new IllegalArgumentException(
            "%d of %d is no part of them".formatted(successes, trials));
      }
    }

    @Override
    public long size() {
      return trials;
    }

    double rate() {
      return trials == 0 ? 0 : (double) successes / trials;
    }
  }

  /** One number for each. */
  record Values(List<Double> values) implements Arm {
    public Values {
      values = List.copyOf(values);
      if (!values.stream().allMatch(Double::isFinite)) {
        throw new IllegalArgumentException("only finite numbers can be compared");
      }
    }

    @Override
    public long size() {
      return values.size();
    }

    double[] sorted() {
      return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
  }
}
