package dev.slipway.strategies.analysis.arms;

import java.util.OptionalDouble;

/**
 * How far apart two releases are.
 *
 * @param difference of the candidate's value from the stable release's
 * @param relative the same as a part of the stable release's value; empty where that is zero
 * @param pValue how likely chance alone makes such a difference or a greater one
 * @param text both values and the difference, for people
 */
public record Effect(double difference, OptionalDouble relative, double pValue, String text) {
  public Effect {
    if (!(pValue >= 0 && pValue <= 1)) {
      throw new IllegalArgumentException("%s is no probability".formatted(pValue));
    }
  }

  /** Returns whether it is at least such a part of the stable release's value. */
  boolean reaches(double minimum) {
    return minimum == 0 || Math.abs(relative.orElse(Double.POSITIVE_INFINITY)) >= minimum;
  }
}
