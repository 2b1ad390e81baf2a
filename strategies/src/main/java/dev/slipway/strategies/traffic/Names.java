package dev.slipway.strategies.traffic;

import java.util.regex.Pattern;

/** What headers, cookies and methods may be called, so that every balancer can be told of them. */
final class Names {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  private Names() {}

  static void check(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a %s; write 1 to 64 letters, digits, _ and -".formatted(name, what));
    }
  }
}
