package dev.slipway.agent.manifest.bounds;

import java.util.Locale;
import java.util.regex.Pattern;

/** A text in which {@code *} stands for any characters, dots and slashes too. */
record Glob(String text) {
  boolean matches(String other) {
    return new Glob(text.toLowerCase(Locale.ROOT)).matchesExactly(other.toLowerCase(Locale.ROOT));
  }

  /** Matches where upper and lower case are two things. */
  boolean matchesExactly(String other) {
    return Pattern.compile("\\Q" + text.replace("*", "\\E.*\\Q") + "\\E").matcher(other).matches();
  }
}
