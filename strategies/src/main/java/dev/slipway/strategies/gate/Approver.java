package dev.slipway.strategies.gate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A person who approves, or who made a commit: a name, and an address if one is known.
 *
 * @param email empty if none is known
 */
public record Approver(String name, String email) {
  private static final Pattern ADDRESSED = Pattern.compile("([^<>]*?)\\s*<([^<>\\s]+)>");

  public Approver {
    name = name.strip();
    email = email.strip();
    if (name.isEmpty() && email.isEmpty()) {
      throw new IllegalArgumentException("a person needs a name or an address");
    }
  }

  /**
   * Reads {@code NAME <EMAIL>}, or a name alone.
   *
   * @throws IllegalArgumentException if nothing is written
   */
  public static Approver of(String who) {
    Matcher addressed = ADDRESSED.matcher(who.strip());
    return addressed.matches()
        ? new Approver(addressed.group(1), addressed.group(2))
        : new Approver(who, "");
  }

  /** Returns whether both may be one person: whoever could be the same counts once. */
  public boolean isSameAs(Approver other) {
    return isCommon(name, other.name)
        || isCommon(email, other.email)
        || isCommon(email, other.name)
        || isCommon(name, other.email);
  }

  private static boolean isCommon(String one, String other) {
    return !one.isEmpty() && one.equalsIgnoreCase(other);
  }

  /** Prints {@code NAME <EMAIL>}, or what is known of it. */
  @Override
  public String toString() {
    return email.isEmpty() ? name : "%s <%s>".formatted(name, email).strip();
  }
}
