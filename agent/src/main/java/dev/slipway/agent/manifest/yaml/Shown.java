package dev.slipway.agent.manifest.yaml;

/**
 * Text from a file as a message may show it: short, on one line, and without control characters.
 */
public final class Shown {
  private static final int LENGTH_MAX = 60;
  private static final int SENTENCE_MAX = 200;

  private Shown() {}

  /** Returns all of a text, escaped. */
  public static String whole(String text) {
    return cut(text, text.length());
  }

  /** Returns the text in quotes, cut and escaped. */
  public static String text(String text) {
    return "'" + bare(text) + "'";
  }

  /** Returns the text cut and escaped. */
  public static String bare(String text) {
    return cut(text, LENGTH_MAX);
  }

  /** Returns a sentence that quotes from a file, cut late and escaped. */
  static String sentence(String text) {
    return cut(text, SENTENCE_MAX);
  }

  private static String cut(String text, int most) {
    var shown = new StringBuilder();
    text.codePoints().limit(most).forEach(point -> append(shown, point));
    return text.codePointCount(0, text.length()) > most
        ? shown.append("… (").append(text.length()).append(" characters)").toString()
        : shown.toString();
  }

  private static void append(StringBuilder shown, int point) {
    if (visible(point)) {
      shown.appendCodePoint(point);
    } else {
      shown.append("\\u%04x".formatted(point));
    }
  }

  /** Marks that turn the direction of writing are as hidden as control characters. */
  private static boolean visible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
