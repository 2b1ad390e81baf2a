package dev.slipway.agent.secret;

import java.util.regex.Pattern;

/** The name of a secret with the environment that it belongs to; its value is elsewhere. */
public record SecretName(String environment, String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern NO_DIRECTORY = Pattern.compile("\\.{0,2}|(?s).*[/\\x00].*");

  /** Refuses what would lead out of the directory of its environment. */
  public SecretName {
    if (!NAME.matcher(name).matches() || NO_DIRECTORY.matcher(environment).matches()) {
      throw new IllegalArgumentException(
          "'%s' of '%s' is not the name of a secret".formatted(name, environment));
    }
  }

  @Override
  public String toString() {
    return "secret '%s' of environment '%s'".formatted(name, environment);
  }
}
