package dev.slipway.agent.e2e.comparison;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of one race.
 *
 * @param deployment how long it took
 * @param silence the longest time in it in which nobody was answered
 * @param usualSilence the same of as long a time in which nothing was deployed
 * @param together how long two releases answered
 * @param back from the wish to go back until only the former release answered; empty if nobody met
 *     the other one
 */
record Measured(
    Contender contender,
    Duration deployment,
    Lookout.Requests requests,
    Duration silence,
    Duration usualSilence,
    Chronicle.Extra extra,
    Duration together,
    Optional<Duration> back,
    Yardstick yardstick) {
  private static final Duration NOTICED = Duration.ofMillis(250);

  /** What switches in one act still has requests on their way, which the former release answers. */
  private static final Duration ON_THEIR_WAY = Duration.ofMillis(20);

  /** Returns whether users noticed nothing. */
  boolean isSmooth() {
    return requests.lost() == 0
        && (silence.compareTo(NOTICED) < 0 || silence.compareTo(usualSilence.multipliedBy(3)) < 0);
  }

  /** Returns whether all requests went from one release to the next at once. */
  boolean isOneAtATime() {
    return together.compareTo(ON_THEIR_WAY) <= 0;
  }
}
