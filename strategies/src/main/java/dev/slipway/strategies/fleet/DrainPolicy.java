package dev.slipway.strategies.fleet;

import java.time.Duration;

/** How long an instance may finish its requests, and what happens to those that never end. */
public record DrainPolicy(Duration timeout, OnTimeout onTimeout) {
  public DrainPolicy {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("drain timeout %s is below zero".formatted(timeout));
    }
  }

  /** What to do with sessions that outlive the time-out. */
  public enum OnTimeout {
    /** Cut them, and record how many. */
    PROCEED,
    /** Leave the instance as it is and fail. */
    ABORT
  }
}
