package dev.slipway.agent.metrics;

import java.util.List;
import java.util.OptionalLong;

/** What came of asking a source once. */
public sealed interface Reading {
  /**
   * A number.
   *
   * @param value in the unit that the measure says; never NaN or infinite
   * @param samples how many requests it was made of, where the source knows
   * @param noise what was taken off it already, since the stable release has as much; usually 0
   */
  record Value(double value, OptionalLong samples, double noise) implements Reading {
    public Value {
      if (!Double.isFinite(value) || !Double.isFinite(noise)) {
        throw new IllegalArgumentException("%s is no number to judge by".formatted(value));
      }
    }

    /** A number without noise. */
    public Value(double value, OptionalLong samples) {
      this(value, samples, 0);
    }
  }

  /** One number for each of something, as a document lists them. */
  record Listed(List<Double> values) implements Reading {
    public Listed {
      values = List.copyOf(values);
    }
  }

  /** The source answered, and has nothing to tell of this: no series, NaN, or no requests. */
  record NoData(String reason) implements Reading {}

  /** The source could not be asked, or its answer could not be understood. */
  record Failed(String reason) implements Reading {}
}
