package dev.slipway.agent.e2e.comparison;

import java.time.Duration;
import java.time.Instant;

/** A stretch of time. */
record Span(Instant begun, Instant ended) {
  Duration took() {
    return Duration.between(begun, ended);
  }

  boolean has(Instant moment) {
    return !moment.isBefore(begun) && !moment.isAfter(ended);
  }

  /** Returns which part of this another time is. */
  double partOf(Duration time) {
    return (double) time.toNanos() / Math.max(1, took().toNanos());
  }
}
