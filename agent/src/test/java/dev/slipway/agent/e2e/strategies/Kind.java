package dev.slipway.agent.e2e.strategies;

import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Something in front of local hosts with slots, by the name of its kind.
 *
 * @param start starts it in a directory, in front of a fleet
 */
record Kind(String name, BiFunction<Path, LocalFleet, Front> start) {
  /** Returns every kind that can be started on this machine. */
  static Stream<Kind> all() {
    return Stream.of(
        new Kind("edge", (directory, _) -> Front.edge(directory)),
        new Kind("haproxy", Kind::haproxy),
        new Kind("nginx", Kind::nginx));
  }

  /** Returns those that count the requests of each member; nginx does not. */
  static Stream<Kind> counting() {
    return all().filter(kind -> !kind.name().equals("nginx"));
  }

  /** Starts it. */
  Front front(Path directory, LocalFleet fleet) {
    return start.apply(directory, fleet);
  }

  @Override
  public String toString() {
    return name;
  }

  private static Front haproxy(Path directory, LocalFleet fleet) {
    var haproxy = HaproxyFixture.in(directory.resolve("haproxy"));
    int green = fleet.sparePort().orElseThrow();
    Stream<String> servers =
        IntStream.range(0, fleet.addresses().size())
            .boxed()
            .flatMap(i ->
                Stream.of(
                    server(fleet, i, "blue", fleet.appPort()), server(fleet, i, "green", green)));
    haproxy
        .backend(
            "be_shop",
            Stream.concat(Stream.of("option httpchk GET /up"), servers).toArray(String[]::new))
        .start();
    return Front.of(
        Loopback.at("127.0.0.1", haproxy.port("be_shop")),
        new Front.Lines(
            "{name: front, haproxy: {socket: \"%s\"}}".formatted(haproxy.socket()),
            "{name: front, backend: be_shop, server: \"{{host.name}}-{{slot}}\"}"),
        haproxy::close);
  }

  private static Front nginx(Path directory, LocalFleet fleet) {
    var servers = new TreeMap<Instance, Route.Server>();
    for (int i = 0; i < fleet.addresses().size(); i++) {
      String host = "web%d".formatted(i + 1);
      String address = fleet.addresses().get(i);
      servers.put(
          new Instance(host, "shop", "blue"),
          new Route.Server(host + "-blue", address, fleet.appPort()));
      servers.put(
          new Instance(host, "shop", "green"),
          new Route.Server(host + "-green", address, fleet.sparePort().orElseThrow()));
    }
    return Front.nginx(
        NginxFixture.in(directory.resolve("nginx")), servers, "{{host.name}}-{{slot}}");
  }

  private static String server(LocalFleet fleet, int host, String slot, int port) {
    return "server web%d-%s %s:%d check inter 200ms fall 2 rise 1 disabled"
        .formatted(host + 1, slot, fleet.addresses().get(host), port);
  }
}
