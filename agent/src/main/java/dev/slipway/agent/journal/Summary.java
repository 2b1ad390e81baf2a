package dev.slipway.agent.journal;

import java.time.Instant;
import java.util.List;

/**
 * A rollout that ended, in short: a line of its application's history.
 *
 * @param incomplete hosts that still have to catch up
 * @param bytesSent to hosts, of the files of releases
 */
public record Summary(
    RolloutId rollout,
    Delivery delivery,
    String cause,
    Instant started,
    Instant ended,
    Ending ending,
    String reason,
    List<String> incomplete,
    long bytesSent) {
  public Summary {
    incomplete = List.copyOf(incomplete);
  }
}
