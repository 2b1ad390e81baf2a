package dev.slipway.agent.e2e.strategies;

import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.haproxy.cfg.Needs;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Something in front of local hosts with slots, by the name of its kind. A run has a part of all
 * tests with all kinds, chosen by the day; {@code SLIPWAY_MATRIX=full} has all of it.
 *
 * @param start starts it in a directory, in front of a fleet
 */
public record Kind(String name, BiFunction<Path, LocalFleet, Front> start) {
  /** Returns every kind. */
  public static List<Kind> all() {
    return List.of(
        new Kind("edge", (directory, _) -> Front.edge(directory)),
        new Kind("haproxy", (directory, fleet) -> haproxy(directory, fleet, false)),
        new Kind("nginx", (directory, fleet) -> nginx(directory, fleet, false)));
  }

  /**
   * Returns those that tell requests apart by what they carry, whose owners have added the lines
   * that it takes.
   */
  public static List<Kind> matching() {
    return List.of(
        all().getFirst(),
        new Kind("haproxy", (directory, fleet) -> haproxy(directory, fleet, true)),
        new Kind("nginx", (directory, fleet) -> nginx(directory, fleet, true)));
  }

  /** Returns those that keep users where they were drawn, and copy requests; HAProxy does not. */
  static List<Kind> keeping() {
    return List.of(matching().getFirst(), matching().getLast());
  }

  /** Returns one that tells requests apart and keeps users; in the whole matrix HAProxy, too. */
  static Stream<Kind> told() {
    return isWhole() ? matching().stream() : chosen(keeping(), 0);
  }

  private static boolean isWhole() {
    return "full".equals(System.getenv("SLIPWAY_MATRIX"));
  }

  /** Returns whether it keeps users where they were drawn. */
  boolean isKeeping() {
    return keeping().stream().anyMatch(kind -> kind.name().equals(name));
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

  /** Returns what it calls the time that most answers, or all together, take. */
  public String latency() {
    return name.equals("haproxy") ? "latency-mean" : "latency-p50";
  }

  /** Returns those that let requests wait while nobody serves. */
  static List<Kind> parking() {
    return all().subList(0, 1);
  }

  /** Returns one, which is another one each day, or all where the whole matrix is asked for. */
  public static <T> Stream<T> chosen(List<T> kinds, int turn) {
    long day = LocalDate.ofInstant(Waiter.wallClock().instant(), ZoneOffset.UTC).toEpochDay();
    return isWhole()
        ? kinds.stream()
        : Stream.of(kinds.get((int) Math.floorMod(day + turn, (long) kinds.size())));
  }

  /** Starts it. */
  public Front front(Path directory, LocalFleet fleet) {
    return start.apply(directory, fleet);
  }

  @Override
  public String toString() {
    return name;
  }

  private static Front haproxy(Path directory, LocalFleet fleet, boolean obeysRules) {
    var haproxy = HaproxyFixture.in(directory.resolve("haproxy"));
    var lines = new ArrayList<>(List.of("option httpchk GET /up"));
    if (obeysRules) {
      lines.addAll(rules(haproxy));
      // Who is slow for a moment is not down: a rule's users would go elsewhere.
      lines.add("timeout check 5s");
    }
    int green = fleet.sparePort().orElseThrow();
    for (int i = 0; i < fleet.addresses().size(); i++) {
      lines.add(server(fleet, i, "blue", fleet.appPort()));
      lines.add(server(fleet, i, "green", green));
    }
    haproxy.backend("be_shop", lines).start();
    return Front.of(
        Loopback.at("127.0.0.1", haproxy.port("be_shop")),
        new Front.Lines(
            "{name: front, haproxy: {socket: \"%s\"}}".formatted(haproxy.socket()),
            "{name: front, backend: be_shop, server: \"{{host.name}}-{{slot}}\"}"),
        haproxy::close);
  }

  /** Makes the maps that rules stand in, and returns the lines that obey them. */
  private static List<String> rules(HaproxyFixture haproxy) {
    var states = Path.of(haproxy.socket() + ".slipway", "state");
    try {
      Files.createDirectories(states);
      Files.createFile(states.resolve("be_shop.rules"));
      Files.createFile(states.resolve("be_shop.tracks"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Needs.rules(states.toString(), "be_shop");
  }

  private static Front nginx(Path directory, LocalFleet fleet, boolean isSteered) {
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
    var nginx = NginxFixture.in(directory.resolve("nginx"));
    return Front.nginx(
        isSteered ? nginx.steered("be_shop") : nginx, servers, "{{host.name}}-{{slot}}");
  }

  private static String server(LocalFleet fleet, int host, String slot, int port) {
    return "server web%d-%s %s:%d check inter 200ms fall 2 rise 1 disabled"
        .formatted(host + 1, slot, fleet.addresses().get(host), port);
  }
}
