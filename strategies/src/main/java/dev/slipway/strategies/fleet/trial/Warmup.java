package dev.slipway.strategies.fleet.trial;

import java.time.Duration;

/**
 * Requests that nobody waits for, so that the first users do not wait for caches and compilers.
 *
 * @param requests how many
 * @param concurrency how many of them at once
 * @param deadline after which no more are sent
 */
public record Warmup(Inquiry inquiry, int requests, int concurrency, Duration deadline) {
  public Warmup {
    if (requests < 1 || concurrency < 1) {
      throw new IllegalArgumentException(
          "requests %d and concurrency %d must be 1 or more".formatted(requests, concurrency));
    }
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException("deadline %s must be above zero".formatted(deadline));
    }
  }
}
