package dev.slipway.agent.manifest.reading;

import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/** A text in which {@code *} stands for any characters, dots and slashes too. */
record Glob(String text) {
  boolean matches(String other) {
    String lower = text.toLowerCase(Locale.ROOT);
    return Pattern.compile("\\Q" + lower.replace("*", "\\E.*\\Q") + "\\E")
        .matcher(other.toLowerCase(Locale.ROOT))
        .matches();
  }

  static boolean anyMatches(Collection<String> patterns, String other) {
    return patterns.stream().anyMatch(pattern -> new Glob(pattern).matches(other));
  }
}
