package dev.slipway.agent.rollout.act;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

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
 * @param logBytes how many bytes of those lines at most
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
    int logLines,
    int logBytes) {
  private static final String CUT = "… ";

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
          50,
          16 << 10);

  public Limits {
    if (hostsAtOnce < 1
        || attempts < 1
        || logLines < 1
        || logBytes < 1
        || stoppedMax < 1
        || restartsMax < 0) {
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

  /** Returns the end of a service's output, as much of it as is kept. */
  String lastLines(String log) {
    List<String> lines = log.lines().toList();
    String last =
        String.join("\n", lines.subList(Math.max(0, lines.size() - logLines), lines.size()));
    byte[] bytes = last.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= logBytes
        ? last
        : CUT + new String(bytes, bytes.length - logBytes, logBytes, StandardCharsets.UTF_8);
  }
}
