package dev.slipway.agent.status;

import java.util.regex.Pattern;

/** Words of servers, hosts and commits, as a terminal can be given them. */
public final class Printable {
  /** Control characters, and marks that turn the direction of writing; lines and tabs stay. */
  private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n\t]]");

  private Printable() {}

  /** Returns a text in which every hidden character is written out. */
  public static String text(String text) {
    return HIDDEN
        .matcher(text)
        .replaceAll(found -> "\\\\u%04x".formatted(found.group().codePointAt(0)));
  }
}
