package dev.slipway.strategies.analysis;

import java.util.OptionalDouble;

/** The least and the greatest value that are good; both are good themselves. */
public record Threshold(OptionalDouble min, OptionalDouble max) {
  /** Every value is good. */
  public static final Threshold ANY = new Threshold(OptionalDouble.empty(), OptionalDouble.empty());

  public Threshold {
    if (!Double.isFinite(min.orElse(0)) || !Double.isFinite(max.orElse(0))) {
      throw new IllegalArgumentException(
          "a threshold must be a number: %s, %s".formatted(min, max));
    }
    if (min.isPresent() && max.isPresent() && min.getAsDouble() > max.getAsDouble()) {
      throw new IllegalArgumentException("nothing is between %s and %s".formatted(min, max));
    }
  }

  /** Returns the threshold that only an upper edge has. */
  public static Threshold max(double max) {
    return new Threshold(OptionalDouble.empty(), OptionalDouble.of(max));
  }
}
