package dev.slipway.agent.balancer.haproxy;

import java.util.regex.Pattern;

/** Names that can stand in a command: a {@code ;} in a name would begin another command. */
final class Names {
  private static final Pattern ALLOWED = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9_.:-]{1,255}");

  private Names() {}

  static void check(String what, String name) {
    if (!ALLOWED.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a %s name of HAProxy; allowed are letters, digits and _ . : -"
              .formatted(name.replaceAll("\\p{Cntrl}", "?"), what));
    }
  }
}
