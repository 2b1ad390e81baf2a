package dev.slipway.agent.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One rollout, under way or ended.
 *
 * @param ending succeeded, rolled back, aborted, superseded or needs help; empty while under way
 * @param reason why it ended so, or what it is doing now
 * @param incomplete hosts that could not be reached and will catch up
 * @param log the last lines of what failed
 * @param cause who or what asked for it; empty in what older agents wrote
 */
public record RolloutStatus(
    String id,
    String strategy,
    String revision,
    Optional<String> from,
    String to,
    Instant started,
    Optional<Instant> ended,
    Optional<String> ending,
    String reason,
    List<String> incomplete,
    int stepsDone,
    int stepsTotal,
    long bytesSent,
    String log,
    Optional<String> cause) {
  public RolloutStatus {
    incomplete = List.copyOf(incomplete);
    reason = Printable.text(reason);
    log = Printable.text(log);
    cause = cause.map(Printable::text);
  }
}
