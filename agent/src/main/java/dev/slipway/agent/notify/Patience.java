package dev.slipway.agent.notify;

import java.time.Duration;

/**
 * How long a receiver that does not take its mail is tried.
 *
 * @param first the pause after the first failure; each further one is twice as long
 * @param longest the longest pause, unless the receiver itself asks for more
 * @param whole after what happened, or after the agent was started, when it is tried no more
 * @param old after what happened, when an agent that is started does not tell it any more
 */
public record Patience(Duration first, Duration longest, Duration whole, Duration old) {
  /** A second, a minute, and a quarter of an hour in all; a day. */
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(15), Duration.ofDays(1));

  private static final int DOUBLINGS_MAX = 20;

  /** Returns the pause after so many failures. */
  Duration after(int failures) {
    var grown = first.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    return grown.compareTo(longest) < 0 ? grown : longest;
  }
}
