package dev.slipway.strategies.traffic;

import java.time.Duration;

/** What happens to requests while no member serves. */
public sealed interface Nobody {

  /** They are refused at once. */
  record Refuse() implements Nobody {}

  /** At most {@code limit} of them wait, each no longer than {@code deadline}. */
  record Park(int limit, Duration deadline) implements Nobody {
    public Park {
      if (limit < 1 || !deadline.isPositive()) {
        throw new IllegalArgumentException(
            "parking %d requests for %s parks nothing".formatted(limit, deadline));
      }
    }
  }
}
