package dev.slipway.strategies.analysis;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A number that every source of numbers about requests is asked for in its own words. */
public enum Builtin {
  ERROR_RATE("error-rate", Unit.PART, OptionalInt.empty()),
  LATENCY_MEAN("latency-mean", Unit.SECONDS, OptionalInt.empty()),
  LATENCY_P50("latency-p50", Unit.SECONDS, OptionalInt.of(50)),
  LATENCY_P95("latency-p95", Unit.SECONDS, OptionalInt.of(95)),
  LATENCY_P99("latency-p99", Unit.SECONDS, OptionalInt.of(99)),
  REQUESTS("requests", Unit.NUMBER, OptionalInt.empty()),
  DIFFERENCE_RATE("difference-rate", Unit.PART, OptionalInt.empty());

  private static final double USUAL_ERROR_RATE = 0.01;
  private static final double USUAL_DIFFERENCE_RATE = 0.001;
  private static final double USUAL_SECONDS = 0.5;
  private static final double USUAL_RATIO = 2;
  private static final int USUAL_SAMPLES = 50;

  private final String text;
  private final Unit unit;
  private final OptionalInt percentile;

  Builtin(String text, Unit unit, OptionalInt percentile) {
    this.text = text;
    this.unit = unit;
    this.percentile = percentile;
  }

  /** Returns what manifests call it. */
  public String text() {
    return text;
  }

  /** Returns which percentile of the times it is, if it is one. */
  public OptionalInt percentile() {
    return percentile;
  }

  /** Returns whether it is a part of the requests, so that chance can be reckoned with. */
  public boolean isPart() {
    return unit == Unit.PART;
  }

  /** Returns whether it is a time. */
  public boolean isTime() {
    return unit == Unit.SECONDS;
  }

  /** Returns what is good unless a manifest says otherwise. */
  public Threshold usual() {
    return switch (this) {
      case ERROR_RATE -> Threshold.max(USUAL_ERROR_RATE);
      case LATENCY_MEAN, LATENCY_P50, LATENCY_P95, LATENCY_P99 -> Threshold.max(USUAL_SECONDS);
      case REQUESTS -> Threshold.ANY;
      case DIFFERENCE_RATE -> Threshold.max(USUAL_DIFFERENCE_RATE);
    };
  }

  /** Returns how many times the stable one's it may be unless a manifest says otherwise. */
  public OptionalDouble usualRatio() {
    return this == ERROR_RATE ? OptionalDouble.of(USUAL_RATIO) : OptionalDouble.empty();
  }

  /** Returns whether it is about both releases at once, so that no other can be set beside it. */
  public boolean isOfBoth() {
    return this == DIFFERENCE_RATE;
  }

  /** Returns whether it is the same for a short time as for a long one, so that both compare. */
  public boolean isLasting() {
    return this != REQUESTS && !isOfBoth();
  }

  /** Returns how many requests it takes to say something; counting them takes none. */
  public int usualSamples() {
    return this == REQUESTS ? 0 : USUAL_SAMPLES;
  }

  /** Returns what has this name. */
  public static Optional<Builtin> named(String name) {
    return Stream.of(values()).filter(one -> one.text.equals(name)).findFirst();
  }

  Unit unit() {
    return unit;
  }
}
