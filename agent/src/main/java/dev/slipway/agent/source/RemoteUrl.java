package dev.slipway.agent.source;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of a repository, checked: nothing in it can be an option, a command or a secret.
 *
 * <p>Messages never repeat the address, since what is wrong with it may be a password.
 */
public record RemoteUrl(String text) {
  private static final int LENGTH_MAX = 2_048;
  private static final String HOST =
      "(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*)|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?";
  private static final String USER = "[A-Za-z0-9_][A-Za-z0-9._-]*";
  private static final Pattern FILE = Pattern.compile("(?:file://)?/.*");
  private static final Pattern HTTP = Pattern.compile("https?://" + HOST + "/[^?#@]*");
  private static final Pattern SSH = Pattern.compile("ssh://(?:%s@)?%s/.+".formatted(USER, HOST));
  private static final Pattern SCP_LIKE =
      Pattern.compile("(?:%s@)?[A-Za-z0-9][A-Za-z0-9._-]*:(?!//)[^:@-][^@]*".formatted(USER));
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,30})::?.*");
  private static final Pattern LOGIN_IN_HTTP = Pattern.compile("https?:.*@.*");
  private static final Pattern PASSWORD_IN_SSH = Pattern.compile("ssh://[^@]*:.*@.*");
  private static final String ALLOWED =
      "use an absolute path, file:///path, https://host/path, http://host/path,"
          + " ssh://user@host/path or user@host:path";

  public RemoteUrl {
    problem(text)
        .ifPresent(fact -> {
          throw new IllegalArgumentException(fact);
        });
  }

  /** How a repository is reached. */
  public enum Kind {
    FILE,
    SSH,
    HTTP
  }

  /** Returns what is wrong with an address and what to do, empty if it can be used. */
  public static Optional<String> problem(String text) {
    if (text.isBlank()) {
      return Optional.of("the repository's address is missing; " + ALLOWED);
    }
    if (text.length() > LENGTH_MAX || text.codePoints().anyMatch(RemoteUrl::isOdd)) {
      return Optional.of(
          "the repository's address holds blanks or control characters, or too many");
    }
    if (text.startsWith("-")) {
      return Optional.of("a repository's address cannot begin with a dash; " + ALLOWED);
    }
    if (LOGIN_IN_HTTP.matcher(text).matches() || PASSWORD_IN_SSH.matcher(text).matches()) {
      return Optional.of(
          "credentials in a repository's address end up in logs; put them into a file and name it"
              + " with secretRef");
    }
    return kindOf(text).isPresent() ? Optional.empty() : Optional.of(unknown(text));
  }

  /** Returns how the repository is reached. */
  public Kind kind() {
    return kindOf(text).orElseThrow();
  }

  @Override
  public String toString() {
    return text;
  }

  private static Optional<Kind> kindOf(String text) {
    if (FILE.matcher(text).matches()) {
      return Optional.of(Kind.FILE);
    }
    if (HTTP.matcher(text).matches()) {
      return Optional.of(Kind.HTTP);
    }
    boolean ssh =
        SSH.matcher(text).matches() || (SCP_LIKE.matcher(text).matches() && !text.contains("://"));
    return ssh ? Optional.of(Kind.SSH) : Optional.empty();
  }

  private static String unknown(String text) {
    var scheme = SCHEME.matcher(text);
    var found = scheme.matches() ? "'" + scheme.group(1) + ":'" : "what is written here";
    return "%s is not the address of a repository that can be followed; %s"
        .formatted(found, ALLOWED);
  }

  private static boolean isOdd(int character) {
    return Character.isWhitespace(character) || Character.isISOControl(character);
  }
}
