package dev.slipway.strategies.analysis;

import java.util.Locale;

/** What a number counts, and so how people read it. */
public enum Unit {
  /** A part of the requests, from 0 to 1. */
  PART {
    @Override
    public String text(double value) {
      return "%s %%".formatted(plain(value * 100));
    }
  },
  /** A time. */
  SECONDS {
    @Override
    public String text(double value) {
      return value < 1 ? "%s ms".formatted(plain(value * 1_000)) : "%s s".formatted(plain(value));
    }
  },
  /** Anything else. */
  NUMBER {
    @Override
    public String text(double value) {
      return plain(value);
    }
  };

  private static final int WHOLE = 100;

  /** Returns a value for people: {@code 5.1 %}, {@code 480 ms}, {@code 1,240}. */
  public abstract String text(double value);

  private static String plain(double value) {
    String format = Math.abs(value) >= WHOLE ? "%,.0f" : Math.abs(value) < 1 ? "%.3f" : "%.2f";
    String text = String.format(Locale.ROOT, format, value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
