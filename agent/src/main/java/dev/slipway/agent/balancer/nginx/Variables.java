package dev.slipway.agent.balancer.nginx;

import dev.slipway.strategies.fleet.Digest;
import java.util.regex.Pattern;

/**
 * The names of what Slipway defines for one upstream: variables, and upstreams of tracks.
 *
 * <p>The kind comes first, so that no upstream's variable can be that of another one.
 */
record Variables(String upstream) {
  /** Longer ones do not fit into nginx's table of variables as it is configured by itself. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]{1,23}");

  private static final int DIGITS = 24;

  /** Returns the variable that leads a request to its upstream. */
  String to() {
    return of("to");
  }

  /** Returns the variable that holds the upstream for a copy; empty if there is to be none. */
  String copy() {
    return of("copy");
  }

  /** Returns the variable that holds the cookie to set; empty if there is none. */
  String cookie() {
    return of("cookie");
  }

  /** Returns a variable of another kind. */
  String of(String kind) {
    return "$" + name(kind);
  }

  /** Returns the name of a variable, by which it can stand within a word as well. */
  String name(String kind) {
    String stem =
        PLAIN.matcher(upstream).matches()
            ? upstream
            : Digest.of(upstream).hex().substring(0, DIGITS);
    return "slipway_%s_%s".formatted(kind, stem);
  }

  /** Returns the upstream of the members of one kind. */
  String group(String kind) {
    return "slipway.%s.%s".formatted(kind, upstream);
  }
}
