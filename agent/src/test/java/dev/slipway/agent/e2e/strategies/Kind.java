package dev.slipway.agent.e2e.strategies;

import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Something in front of local hosts with slots, by the name of its kind. A run has a part of all
 * tests with all kinds, chosen by the day; {@code SLIPWAY_MATRIX=full} has all of it.
 *
 * @param start starts it in a directory, in front of a fleet
 */
record Kind(String name, BiFunction<Path, LocalFleet, Front> start) {
  private static List<Kind> all() {
    return List.of(
        new Kind("edge", (directory, _) -> Front.edge(directory)),
        new Kind("haproxy", Kind::haproxy),
        new Kind("nginx", Kind::nginx));
  }

  /**
   * Returns one kind, which is another one each day, or all where the whole matrix is asked for.
   */
  static Stream<Kind> first() {
    return chosen(all(), 0);
  }

  /** Returns another one than the first, so that each day has every kind. */
  static Stream<Kind> second() {
    return chosen(all(), 1);
  }

  /** Returns another one than the first two. */
  static Stream<Kind> third() {
    return chosen(all(), 2);
  }

  /** Returns one of those that count the requests of each member; nginx does not. */
  static Stream<Kind> counting() {
    return chosen(all().subList(0, 2), 0);
  }

  /** Returns another one than the first that counts. */
  static Stream<Kind> countingToo() {
    return chosen(all().subList(0, 2), 1);
  }

  private static Stream<Kind> chosen(List<Kind> kinds, int turn) {
    long day = LocalDate.ofInstant(Waiter.wallClock().instant(), ZoneOffset.UTC).toEpochDay();
    return "full".equals(System.getenv("SLIPWAY_MATRIX"))
        ? kinds.stream()
        : Stream.of(kinds.get((int) Math.floorMod(day + turn, (long) kinds.size())));
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
