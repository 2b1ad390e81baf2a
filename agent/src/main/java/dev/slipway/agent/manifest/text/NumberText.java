package dev.slipway.agent.manifest.text;

import dev.slipway.strategies.analysis.Builtin;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** A number with or without a unit: {@code 20}, {@code 1%}, {@code 500ms}. */
public record NumberText(double value, Kind kind) {
  private static final int MILLISECONDS = 1_000;

  /** What was written behind the number. */
  public enum Kind {
    PLAIN,
    PERCENT,
    DURATION
  }

  /** Returns the number that a text says which passed the schema; durations are in seconds. */
  public static NumberText parse(String text) {
    if (text.endsWith("%")) {
      var percent = new BigDecimal(text.substring(0, text.length() - 1));
      return new NumberText(percent.movePointLeft(2).doubleValue(), Kind.PERCENT);
    }
    char last = text.charAt(text.length() - 1);
    if (Character.isDigit(last) || last == '.') {
      return new NumberText(new BigDecimal(text).doubleValue(), Kind.PLAIN);
    }
    Duration duration = DurationText.parse(text);
    return new NumberText((double) duration.toMillis() / MILLISECONDS, Kind.DURATION);
  }

  /** Returns how a number of this sort is written; nothing if this is written so. */
  public Optional<String> objection(Builtin builtin) {
    Kind right = builtin.isTime() ? Kind.DURATION : builtin.isPart() ? Kind.PERCENT : Kind.PLAIN;
    return kind == right
        ? Optional.empty()
        : Optional.of(
            switch (right) {
              case DURATION -> "write a time, such as 500ms";
              case PERCENT -> "write a percentage, such as \"1%\"";
              case PLAIN -> "write a number, such as 100";
            });
  }
}
