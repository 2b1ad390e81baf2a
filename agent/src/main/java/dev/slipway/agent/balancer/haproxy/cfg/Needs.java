package dev.slipway.agent.balancer.haproxy.cfg;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What Slipway needs to stand in the configuration, and which lines of it are lacking.
 *
 * <p>The lines are those that the documentation explains.
 */
public record Needs(BalancerSpec.Haproxy spec, Route route) {
  /** So many lines for each track of a rule; one to six servers share them evenly. */
  public static final int SLOTS = 60;

  /** With these HAProxy takes no weight but none and all. */
  private static final Set<String> STATIC =
      Set.of("static-rr", "source", "uri", "url_param", "hdr", "rdp-cookie");

  /** Returns the lines to add, each section's below its title; empty if nothing is lacking. */
  public List<String> lacking(HaproxyCfg cfg) {
    var lines = new ArrayList<String>();
    addSection(lines, "global", global(cfg));
    addSection(lines, "backend " + route.backend(), backend(cfg.backend(route.backend())));
    return List.copyOf(lines);
  }

  /**
   * Returns the lines of missing servers alone, for a configuration that cannot be read.
   *
   * @param isThere whether HAProxy knows a server
   */
  public List<String> lackingServers(Predicate<String> isThere) {
    var lines = new ArrayList<String>();
    addSection(lines, "backend " + route.backend(), servers(isThere));
    return List.copyOf(lines);
  }

  private static void addSection(List<String> all, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      all.add(title);
      lines.forEach(line -> all.add("  " + line));
    }
  }

  private List<String> global(HaproxyCfg cfg) {
    var lines = new ArrayList<String>();
    boolean isSteered =
        cfg.global("stats", "socket").stream()
            .filter(line -> line.size() > 2 && line.get(2).endsWith(spec.socket()))
            .anyMatch(line -> String.join(" ", line).contains("level admin"));
    if (!isSteered) {
      lines.add("stats socket %s mode 660 level admin".formatted(spec.socket()));
    }
    if (!cfg.isGlobal("server-state-base", spec.states())) {
      lines.add("server-state-base " + spec.states());
    }
    return lines;
  }

  private List<String> backend(Optional<HaproxyCfg.Effective> backend) {
    var lines = new ArrayList<String>();
    if (backend
        .flatMap(found -> found.line("load-server-state-from-file"))
        .filter(line -> line.contains("local"))
        .isEmpty()) {
      lines.add("load-server-state-from-file local");
    }
    if (!backend.filter(found -> found.has("option", "redispatch")).isPresent()) {
      lines.add("option redispatch");
    }
    Optional<List<String>> retry = backend.flatMap(found -> found.line("retry-on"));
    if (retry.filter(line -> !line.contains("conn-failure")).isPresent()) {
      lines.add("retry-on conn-failure");
    }
    if (backend.filter(Needs::isStatic).isPresent()) {
      lines.add("balance roundrobin");
    }
    backend.ifPresent(found -> lines.addAll(rules(found)));
    lines.addAll(servers(name -> backend.filter(found -> knows(found, name)).isPresent()));
    return lines;
  }

  /** Returns the lines by which the requests of a backend obey two maps in a directory. */
  public static List<String> rules(String directory, String backend) {
    var path = directory + "/" + backend;
    return List.of(
        "http-request set-var(txn.slipway) req.hdrs,map_reg(%s.rules)".formatted(path),
        "use-server %%[rand(%d),concat(:,txn.slipway),map(%s.tracks)]".formatted(SLOTS, path)
            + " if { var(txn.slipway) -m found }");
  }

  /** Rules are for those who want them: whoever has one of their lines needs the other. */
  private List<String> rules(HaproxyCfg.Effective backend) {
    var lacking =
        rules(spec.states(), route.backend()).stream()
            .filter(line -> !backend.own().has(line.split(" ", -1)))
            .toList();
    return lacking.size() == 1 ? lacking : List.of();
  }

  private static boolean isStatic(HaproxyCfg.Effective backend) {
    return backend
            .line("balance")
            .filter(line -> line.size() > 1 && STATIC.contains(line.get(1).replaceAll("\\(.*", "")))
            .isPresent()
        && !backend.has("hash-type", "consistent");
  }

  private static boolean knows(HaproxyCfg.Effective backend, String server) {
    return backend.own().has("server", server);
  }

  private List<String> servers(Predicate<String> isThere) {
    return route.servers().values().stream()
        .filter(server -> !isThere.test(server.name()))
        .map(server ->
            "server %s %s:%d check disabled"
                .formatted(server.name(), host(server.address()), server.port()))
        .toList();
  }

  private static String host(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }
}
