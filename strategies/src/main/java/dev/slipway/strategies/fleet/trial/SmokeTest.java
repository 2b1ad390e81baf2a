package dev.slipway.strategies.fleet.trial;

import java.time.Duration;

/** A request that must be answered well before users ask: so many times of so many. */
public record SmokeTest(Inquiry inquiry, Expected expected, Tries tries) {

  /**
   * How often it is asked, in Argo Rollouts' words.
   *
   * @param count how often at most
   * @param failureLimit how many of these may fail
   * @param interval between two of them
   * @param deadline after which the test has failed
   */
  public record Tries(int count, int failureLimit, Duration interval, Duration deadline) {
    public Tries {
      if (count < 1 || failureLimit < 0 || failureLimit >= count) {
        throw new IllegalArgumentException(
            "failureLimit %d must be from 0 to below count %d".formatted(failureLimit, count));
      }
      if (interval.isNegative() || !deadline.isPositive()) {
        throw new IllegalArgumentException(
            "interval %s must not be below zero, and deadline %s above it"
                .formatted(interval, deadline));
      }
      if (interval.multipliedBy(count - 1L).compareTo(deadline) >= 0) {
        throw new IllegalArgumentException(
            "deadline %s is too short for %d times every %s".formatted(deadline, count, interval));
      }
    }

    /** Returns how many answers must be good. */
    public int enough() {
      return count - failureLimit;
    }
  }
}
