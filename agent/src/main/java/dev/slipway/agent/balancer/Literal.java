package dev.slipway.agent.balancer;

/** Text that stands for itself in a regular expression of a balancer, whatever it is made of. */
public final class Literal {
  private Literal() {}

  /** Returns the text with every character but letters and digits by its number. */
  public static String of(String text) {
    var literal = new StringBuilder();
    text.chars()
        .forEach(next ->
            literal.append(
                Character.isLetterOrDigit(next)
                    ? Character.toString(next)
                    : "\\x%02x".formatted(next)));
    return literal.toString();
  }
}
