package dev.slipway.agent.schedule;

import java.time.Duration;

/**
 * How long it is until the next run.
 *
 * @param jitter at most so much is added
 */
record Pace(Duration interval, Duration jitter) {
  private static final int DOUBLINGS_MAX = 4;

  Pace {
    if (!interval.isPositive() || jitter.isNegative()) {
      throw new IllegalArgumentException(
          "interval %s must be above zero, jitter %s not below".formatted(interval, jitter));
    }
  }

  /**
   * Returns the delay after so many failures in a row.
   *
   * @param chance from 0 to 1
   */
  Duration delay(int failures, double chance) {
    var longer = interval.multipliedBy(1L << Math.min(failures, DOUBLINGS_MAX));
    return longer.plusNanos((long) (jitter.toNanos() * chance));
  }
}
