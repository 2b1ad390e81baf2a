package dev.slipway.agent.manifest.preview;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** A name under which people reach an application, as DNS takes it. */
public final class Domain {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final int LENGTH_MAX = 253;

  private Domain() {}

  /** Returns whether a text, without variables, can be one. */
  public static boolean isOne(String text) {
    return text.length() <= LENGTH_MAX
        && Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\.", -1))
            .allMatch(label -> LABEL.matcher(label).matches());
  }
}
