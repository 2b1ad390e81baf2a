package dev.slipway.agent.balancer.istio;

import dev.slipway.agent.balancer.Route;
import dev.slipway.strategies.fleet.Instance;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The subsets of a DestinationRule that the members of a role are.
 *
 * @param host the service that they are subsets of
 * @param names of those that there are, by member
 */
record Subsets(String host, Map<Instance, String> names) {
  private static final String SUBSETS = "subsets";

  Subsets {
    names = Collections.unmodifiableMap(new TreeMap<>(names));
  }

  static Subsets of(Section destinationRule, Route route) {
    Collection<String> declared = declared(destinationRule);
    var names = new TreeMap<Instance, String>();
    route
        .servers()
        .forEach((instance, server) -> {
          if (declared.contains(server.name())) {
            names.put(instance, server.name());
          }
        });
    return new Subsets(destinationRule.text("host").orElse(""), names);
  }

  /** Returns the lines that a DestinationRule lacks for members of a role. */
  static List<String> lacking(Section destinationRule, Route route) {
    Collection<String> declared = declared(destinationRule);
    return route.servers().values().stream()
        .map(Route.Server::name)
        .filter(name -> !declared.contains(name))
        .map("- {name: %1$s, labels: {slipway.dev/server: %1$s}}"::formatted)
        .toList();
  }

  private static Collection<String> declared(Section destinationRule) {
    return destinationRule.sections(SUBSETS).stream()
        .flatMap(subset -> subset.text("name").stream())
        .collect(Collectors.toSet());
  }

  /** Returns whether a destination is one of them; a service has a short name and a long one. */
  boolean contain(Section destination) {
    String asked = destination.text("host").orElse("");
    return isSame(asked, host)
        && destination.text("subset").filter(names::containsValue).isPresent();
  }

  private static boolean isSame(String one, String other) {
    return one.equals(other) || one.startsWith(other + ".") || other.startsWith(one + ".");
  }
}
