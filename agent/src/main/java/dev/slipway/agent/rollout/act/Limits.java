package dev.slipway.agent.rollout.act;

import java.time.Duration;

/**
 * The limits of every rollout that no manifest sets.
 *
 * @param hostsAtOnce how many hosts are looked at, or lanes run, side by side
 * @param attempts how often a step is tried while its host or balancer cannot be reached
 * @param firstBackOff the wait before the second attempt; each further one is twice as long
 * @param capacityDeadline how long a drain or stop waits for enough others to serve
 * @param poll between two looks of a wait
 * @param watch between two looks at the balancers while a rollout waits
 * @param stoppedMax how often in a row a started service may be seen not running
 * @param restartsMax how often a service may restart by itself while it is proven
 * @param logLines how many of the last lines of a failed service's output are kept
 */
public record Limits(
    int hostsAtOnce,
    int attempts,
    Duration firstBackOff,
    Duration capacityDeadline,
    Duration poll,
    Duration watch,
    int stoppedMax,
    int restartsMax,
    int logLines) {
  /** What the agent uses. */
  public static final Limits DEFAULT =
      new Limits(
          32,
          4,
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          Duration.ofMillis(250),
          Duration.ofSeconds(1),
          3,
          2,
          50);

  public Limits {
    if (hostsAtOnce < 1 || attempts < 1 || logLines < 1 || stoppedMax < 1 || restartsMax < 0) {
      throw new IllegalArgumentException("a limit is too low: nothing could ever be done");
    }
    if (!firstBackOff.isPositive()
        || !capacityDeadline.isPositive()
        || !poll.isPositive()
        || !watch.isPositive()) {
      throw new IllegalArgumentException(
          "back-off %s, capacity deadline %s, poll %s and watch %s must be above zero"
              .formatted(firstBackOff, capacityDeadline, poll, watch));
    }
  }
}
