package dev.slipway.strategies.simulation;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long the steps of a plan take. How long a proof takes is said by the role's own health check.
 *
 * @param stage a release is sent to a host
 * @param activate a link is set
 * @param start a service comes up, so far that it can be asked for its health
 * @param stop a service goes down
 * @param drain the requests in flight end
 * @param balancer a balancer takes a change and shows it
 * @param hook the commands of a hook run
 * @param task a task runs
 * @param patience a host that cannot be reached, or a shortage, is put up with
 */
public record Pace(
    Duration stage,
    Duration activate,
    Duration start,
    Duration stop,
    Duration drain,
    Duration balancer,
    Duration hook,
    Duration task,
    Duration patience) {
  /** What is usual for a small service. */
  public static final Pace USUAL =
      new Pace(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30));

  public Pace {
    if (Stream.of(stage, activate, start, stop, drain, balancer, hook, task, patience)
        .anyMatch(Duration::isNegative)) {
      throw new IllegalArgumentException("nothing takes less than no time");
    }
  }
}
