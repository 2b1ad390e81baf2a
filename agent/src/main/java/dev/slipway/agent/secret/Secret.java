package dev.slipway.agent.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;

/** The value of a secret, which shows itself to nobody who only prints what he has. */
public final class Secret {
  static final String HIDDEN = "***";

  private final String value;

  /** Takes a value; space and line ends around it are not part of it. */
  public Secret(String value) {
    this.value = value.strip();
  }

  /** Returns the value; whoever asks must not keep it. */
  public String value() {
    return value;
  }

  /** Returns a text in which nothing of the secret is left. */
  public String scrub(String text) {
    return without(List.of(value), text);
  }

  /** Takes words out of a text, as they are and as headers carry them; the longest first. */
  static String without(List<String> words, String text) {
    var clean = text;
    for (var word : words.stream().sorted((a, b) -> b.length() - a.length()).toList()) {
      if (!word.isEmpty()) {
        clean = clean.replace(encoded(word), HIDDEN).replace(word, HIDDEN);
      }
    }
    return clean;
  }

  static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return HIDDEN;
  }
}
