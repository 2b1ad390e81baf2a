package dev.slipway.agent.metrics;

import java.util.OptionalLong;

/** What came of asking a source once. */
public sealed interface Reading {
  /**
   * A number.
   *
   * @param value in the unit that the measure says; never NaN or infinite
   * @param samples how many requests it was made of, where the source knows
   */
  record Value(double value, OptionalLong samples) implements Reading {
    public Value {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("%s is no number to judge by".formatted(value));
      }
    }
  }

  /** The source answered, and has nothing to tell of this: no series, NaN, or no requests. */
  record NoData(String reason) implements Reading {}

  /** The source could not be asked, or its answer could not be understood. */
  record Failed(String reason) implements Reading {}
}
