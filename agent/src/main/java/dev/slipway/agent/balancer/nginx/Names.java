package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import java.util.HashSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What can stand in a configuration: a {@code ;} or a brace in a name would begin another line. */
final class Names {
  private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_.@+-]+)+");

  private Names() {}

  /**
   * Checks everything that a route brings into the file.
   *
   * @throws IllegalArgumentException if nginx would misread it, or take two members for one
   */
  static void check(Route route) {
    check(
        BalancerSpec.Nginx::isUpstream,
        route.backend(),
        "an upstream's name",
        "letters, digits and _ . -");
    var names = new HashSet<String>();
    for (Route.Server server : route.servers().values()) {
      check(Names::isServer, server.name(), "a server's name", "letters, digits and _ . : -");
      check(
          BalancerSpec.Nginx::isAddress,
          server.address(),
          "a server's address",
          "DNS names and IP addresses");
      if (server.port() < 1 || server.port() > 65_535) {
        throw new IllegalArgumentException(
            "port %d of server '%s' is not in 1..65535".formatted(server.port(), server.name()));
      }
      if (!names.add(server.name())) {
        throw new IllegalArgumentException(
            "two members of upstream '%s' are called '%s'"
                .formatted(route.backend(), server.name()));
      }
    }
  }

  /**
   * Checks the path of a file that is to be included.
   *
   * @throws IllegalArgumentException if nginx would take it for several files or lines
   */
  static void checkPath(String path) {
    check(
        Names::isPath, path, "a file for nginx", "absolute paths of letters, digits and _ . @ + -");
  }

  private static boolean isServer(String name) {
    return SERVER.matcher(name).matches();
  }

  private static boolean isPath(String path) {
    return PATH.matcher(path).matches();
  }

  private static void check(Predicate<String> allowed, String text, String what, String instead) {
    if (!allowed.test(text)) {
      throw new IllegalArgumentException(
          "'%s' cannot be %s; allowed are %s"
              .formatted(text.replaceAll("\\p{Cntrl}", "?"), what, instead));
    }
  }
}
