package dev.slipway.agent.schedule.windows;

import dev.slipway.strategies.plan.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Times at which rollouts may start, or may not.
 *
 * @param starts when it begins, each time
 * @param duration how long it lasts; hours that pass, whatever clocks are put to meanwhile
 */
public record SyncWindow(Kind kind, Cron starts, Duration duration) {
  public SyncWindow {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("a window of %s is none".formatted(duration));
    }
  }

  /** What a window does. */
  public enum Kind {
    ALLOW,
    DENY
  }

  /** Returns when the time that is now within ends; empty if now is outside. */
  Optional<Instant> openUntil(Instant now) {
    return starts.last(now, duration).map(start -> start.plus(duration));
  }

  /** Prints {@code deny '0 18 * * FRI' (Europe/Berlin) for 60h}. */
  @Override
  public String toString() {
    String verb =
        switch (kind) {
          case ALLOW -> "allow";
          case DENY -> "deny";
        };
    return "%s %s for %s".formatted(verb, starts, Durations.text(duration));
  }
}
