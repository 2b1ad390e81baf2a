package dev.slipway.strategies.analysis;

import java.util.OptionalLong;

/** What came of measuring a metric once, of the candidate or of the stable release. */
public sealed interface Sample {
  /**
   * A number.
   *
   * @param requests how many it was made of, where that is known
   * @param noise what was taken off it already, since the stable release has as much; usually 0
   */
  record Value(double value, OptionalLong requests, double noise) implements Sample {
    public Value {
      if (!Double.isFinite(value) || !(noise >= 0 && noise <= 1) || requests.orElse(0) < 0) {
        throw new IllegalArgumentException(
            "%s of %s requests is nothing to judge by".formatted(value, requests));
      }
    }

    /** A number without noise. */
    public Value(double value, OptionalLong requests) {
      this(value, requests, 0);
    }
  }

  /** There is no number, for example because there were no requests. */
  record NoData(String reason) implements Sample {}

  /** It could not be measured. */
  record Failed(String reason) implements Sample {}
}
