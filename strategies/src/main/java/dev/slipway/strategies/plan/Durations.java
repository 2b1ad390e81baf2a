package dev.slipway.strategies.plan;

import java.time.Duration;

/** Durations as people and manifests write them: {@code 1h30m}, {@code 10s}, {@code 250ms}. */
public final class Durations {
  private Durations() {}

  /** Returns the duration in manifest form; zero is {@code 0s}. */
  public static String text(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    var text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }
}
