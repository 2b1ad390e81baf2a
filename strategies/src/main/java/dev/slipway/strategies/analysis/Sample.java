package dev.slipway.strategies.analysis;

import java.util.OptionalLong;

/** What came of measuring a metric once, of the candidate or of the stable release. */
public sealed interface Sample {
  /**
   * A number.
   *
   * @param requests how many it was made of, where that is known
   */
  record Value(double value, OptionalLong requests) implements Sample {
    public Value {
      if (!Double.isFinite(value) || requests.orElse(0) < 0) {
        throw new IllegalArgumentException(
            "%s of %s requests is nothing to judge by".formatted(value, requests));
      }
    }
  }

  /** There is no number, for example because there were no requests. */
  record NoData(String reason) implements Sample {}

  /** It could not be measured. */
  record Failed(String reason) implements Sample {}
}
