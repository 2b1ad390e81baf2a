package dev.slipway.strategies.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What shows that an instance works. */
public sealed interface Health {
  /** Returns how often, how long and how many times in a row. */
  Timing timing();

  /** An HTTP request that must be answered with the expected status. */
  record Http(
      String path,
      String scheme,
      Optional<String> host,
      int expectedStatus,
      From from,
      Timing timing)
      implements Health {
    public Http {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("health path '%s' must start with /".formatted(path));
      }
      if (expectedStatus < 100 || expectedStatus > 599) {
        throw new IllegalArgumentException(
            "%d is not an HTTP status; use 100 to 599".formatted(expectedStatus));
      }
    }
  }

  /** A TCP connection that must be accepted. */
  record Tcp(From from, Timing timing) implements Health {}

  /** A command on the host that must exit with 0; it may hold {@link Template} variables. */
  record Exec(List<String> command, Timing timing) implements Health {
    public Exec {
      command = List.copyOf(command);
      if (command.isEmpty()) {
        throw new IllegalArgumentException("a health command needs words");
      }
    }
  }

  /** The service manager says that the service runs, without a restart in between. */
  record Running(Timing timing) implements Health {}

  /** Where the question is asked from. */
  enum From {
    HOST,
    AGENT
  }

  /**
   * The clockwork of a health check, in Nomad's words.
   *
   * @param interval between two questions
   * @param timeout of one question
   * @param successThreshold good answers in a row
   * @param minHealthyTime how long the answers must stay good, in one process
   * @param healthyDeadline after which the instance counts as unhealthy
   */
  record Timing(
      Duration interval,
      Duration timeout,
      int successThreshold,
      Duration minHealthyTime,
      Duration healthyDeadline) {
    public Timing {
      if (!interval.isPositive() || !timeout.isPositive() || !healthyDeadline.isPositive()) {
        throw new IllegalArgumentException(
            "interval %s, timeout %s and healthyDeadline %s must be above zero"
                .formatted(interval, timeout, healthyDeadline));
      }
      if (minHealthyTime.isNegative() || minHealthyTime.compareTo(healthyDeadline) >= 0) {
        throw new IllegalArgumentException(
            "minHealthyTime %s must be below healthyDeadline %s"
                .formatted(minHealthyTime, healthyDeadline));
      }
      if (successThreshold < 1) {
        throw new IllegalArgumentException(
            "successThreshold %d must be 1 or more".formatted(successThreshold));
      }
    }
  }
}
