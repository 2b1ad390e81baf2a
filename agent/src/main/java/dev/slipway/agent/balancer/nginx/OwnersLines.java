package dev.slipway.agent.balancer.nginx;

import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Sticky;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the owner's servers ask for, in lines of the configuration that are not Slipway's.
 *
 * <p>Rules, users who stay and copies go by variables, which Slipway defines and the owner's
 * servers have to use.
 */
final class OwnersLines {
  private static final Pattern FILE = Pattern.compile("# configuration file (.*):");
  private static final Pattern MIRROR = Pattern.compile("(?m)(?:^|[\\s;{}])mirror\\s+[\"']?/");
  private static final String SEE = "; docs/nginx.md shows where";

  private final Variables variables;
  private final String text;

  /**
   * Reads lines as {@code nginx -T} prints them.
   *
   * @param file the one that Slipway owns
   */
  OwnersLines(String dump, String file, String upstream) {
    this.variables = new Variables(upstream);
    var own = new ArrayList<String>();
    String now = "";
    for (String line : dump.lines().toList()) {
      var found = FILE.matcher(line);
      if (found.matches()) {
        now = found.group(1);
      } else if (!now.equals(file) && !line.strip().startsWith("#")) {
        own.add(line);
      }
    }
    this.text = String.join("\n", own);
  }

  /** Says what has to be added for a routing; empty if nothing has. */
  Optional<String> objection(Routing routing) {
    var lines = new ArrayList<String>();
    if (!routing.rules().isEmpty() || routing.sticky().isPresent()) {
      lines.addAll(forWays());
    }
    if (routing.sticky().filter(OwnersLines::setsCookies).isPresent()) {
      lines.addAll(forCookies());
    }
    if (routing.mirror().isPresent()) {
      lines.addAll(forCopies());
    }
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "upstream %s: no server of the configuration asks for what is wanted; add to it: %s%s"
                .formatted(variables.upstream(), String.join(" and ", lines), SEE));
  }

  private static boolean setsCookies(Sticky sticky) {
    return switch (sticky.key()) {
      case Sticky.Key.Header _, Sticky.Key.Cookie _ -> false;
      case Sticky.Key.Issued _, Sticky.Key.Cleared _ -> true;
    };
  }

  private List<String> forWays() {
    return uses(variables.to())
        ? List.of()
        : List.of(
            "proxy_pass http://%s; for http://%s".formatted(variables.to(), variables.upstream()));
  }

  private List<String> forCookies() {
    return uses(variables.cookie())
        ? List.of()
        : List.of("add_header Set-Cookie %s always;".formatted(variables.cookie()));
  }

  private List<String> forCopies() {
    var lines = new ArrayList<String>();
    if (!MIRROR.matcher(text).find()) {
      lines.add("mirror /slipway-copy;");
    }
    if (!uses(variables.copy())) {
      lines.add("the location /slipway-copy with " + variables.copy());
    }
    return lines;
  }

  private boolean uses(String variable) {
    String name = variable.substring(1);
    return Pattern.compile("\\$(?:%s(?![A-Za-z0-9_])|\\{%s\\})".formatted(name, name))
        .matcher(text)
        .find();
  }
}
