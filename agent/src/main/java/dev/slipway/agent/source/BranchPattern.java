package dev.slipway.agent.source;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a branch, in which {@code *} stands for any characters, slashes too, as in Git's own
 * refspecs. Slipway's own branches are matched by none.
 */
public record BranchPattern(String text) {
  private static final String OWN = "slipway/";
  private static final int LENGTH_MAX = 200;
  // The rules of git-check-ref-format, with the asterisk allowed.
  private static final Pattern INVALID =
      Pattern.compile(
          "^[-/].*|.*[/.]$|.*(?:\\.\\.|//|@\\{|/\\.).*|^\\..*|^@$|.*\\.lock(?:/.*)?$"
              + "|.*[\\x00-\\x20\\x7f~^:?\\[\\\\].*",
          Pattern.DOTALL);

  public BranchPattern {
    problem(text)
        .ifPresent(fact -> {
          throw new IllegalArgumentException(fact);
        });
  }

  /** Returns what is wrong with a pattern and what to do, empty if it can be used. */
  public static Optional<String> problem(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX || INVALID.matcher(text).matches()) {
      return Optional.of("'%s' is not a valid ref name".formatted(printable(text)));
    }
    if (text.startsWith("refs/")) {
      return Optional.of(
          "'%s' is a full ref name; write the branch as people know it, without refs/heads/"
              .formatted(text));
    }
    return Optional.empty();
  }

  /** Returns whether a branch, named without {@code refs/heads/}, is meant. */
  public boolean matches(String branch) {
    return !branch.startsWith(OWN) && regex().matcher(branch).matches();
  }

  /** Returns whether more than one branch can match. */
  public boolean isWildcard() {
    return text.contains("*");
  }

  /** Returns what every matching branch begins with. */
  String prefix() {
    int star = text.indexOf('*');
    return star < 0 ? text : text.substring(0, star);
  }

  private Pattern regex() {
    return Pattern.compile("\\Q" + text.replace("*", "\\E.*\\Q") + "\\E", Pattern.DOTALL);
  }

  private static String printable(String text) {
    var shown = text.substring(0, Math.min(text.length(), LENGTH_MAX));
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
