package dev.slipway.agent.source;

import java.util.Map;

/** What failed, in one line that can be shown: neither a server nor a library chooses its form. */
final class FailureText {
  private static final int LENGTH_MAX = 500;
  private static final String HIDDEN = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+";

  /** What libraries say, and what people can do about it. */
  private static final Map<String, String> HINTS =
      Map.of(
          "Short read of block",
          "the server broke its answer off, as it does where objects are named by SHA-256, which"
              + " cannot be followed",
          "peer did not supply a complete object graph",
          "the repository there is shallow, or damaged: run git fetch --unshallow, then git fsck",
          "Unsupported or unrecognized SSL message",
          "the server does not speak https at this address");

  private FailureText() {}

  /** Returns what happened and what caused it. */
  static String of(Throwable failure) {
    var top = String.valueOf(failure.getMessage());
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    var deepest = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return hinted(top.contains(deepest) ? top : top + ": " + deepest);
  }

  /** Returns a text on one line, short, and without characters that steer a terminal. */
  static String line(String text) {
    var clean = text.replaceAll(HIDDEN, " ").strip();
    return clean.substring(0, Math.min(clean.length(), LENGTH_MAX));
  }

  private static String hinted(String text) {
    return HINTS.entrySet().stream()
        .filter(hint -> text.contains(hint.getKey()))
        .map(hint -> text + "; " + hint.getValue())
        .findFirst()
        .orElse(text);
  }
}
