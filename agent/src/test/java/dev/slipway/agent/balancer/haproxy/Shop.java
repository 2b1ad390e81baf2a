package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.balancer.haproxy.cfg.Needs;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An HAProxy with the servers {@code a} and {@code b} of a shop, which answer with their name. */
final class Shop implements AutoCloseable {
  static final Route ROUTE =
      new Route(
          "be_shop",
          Map.of(
              Trials.A, new Route.Server("a", "127.0.0.1", 1),
              Trials.B, new Route.Server("b", "127.0.0.1", 2)));

  final HaproxyFixture haproxy;
  final Origins origins;
  private final Machines machines = Machines.open(Optional.empty());
  private final List<String> rules = new ArrayList<>();

  Shop(Path directory) {
    haproxy = HaproxyFixture.in(directory);
    origins = new Origins(List.of("a", "b", "c"));
  }

  /** Starts with the options behind each server's address. */
  Shop start(String optionsOfA, String optionsOfB, String... more) {
    var lines = new ArrayList<>(rules);
    lines.addAll(List.of(server("a", optionsOfA), server("b", optionsOfB)));
    lines.addAll(List.of(more));
    haproxy.backend("be_shop", lines).start();
    return this;
  }

  /** Returns the line of the configuration that describes one of the members. */
  String server(String name, String options) {
    return "server %s 127.0.0.1:%d %s"
        .formatted(name, origins.address(name).getPort(), options)
        .strip();
  }

  /** Lets HAProxy read the state of its servers when it starts, from where the adapter keeps it. */
  Shop keepingState() {
    haproxy
        .withGlobal("server-state-base " + haproxy.socket() + ".slipway/state")
        .withDefault("load-server-state-from-file local");
    return this;
  }

  /** Lets requests obey the rules of two maps, which are empty until somebody wants one. */
  Shop obeyingRules() {
    var directory = Path.of(haproxy.socket() + ".slipway", "state");
    try {
      Files.createDirectories(directory);
      Files.createFile(directory.resolve("be_shop.rules"));
      Files.createFile(directory.resolve("be_shop.tracks"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rules.addAll(Needs.rules(directory.toString(), "be_shop"));
    return this;
  }

  /** Returns a balancer that sees former workers too. */
  Balancer balancerWithMaster() {
    var spec =
        new BalancerSpec.Haproxy(
            "front",
            List.of(),
            haproxy.socket().toString(),
            Optional.of(haproxy.masterSocket().toString()),
            Optional.empty());
    return HaproxyBalancers.open(spec, ROUTE, machines, Become.NONE).getFirst();
  }

  Balancer balancer() {
    return balancer(ROUTE, haproxy.socket().toString(), List.of(), machines);
  }

  static Balancer balancer(Route route, String socket, List<Host> hosts, Machines machines) {
    var spec = new BalancerSpec.Haproxy("front", hosts, socket);
    return HaproxyBalancers.open(spec, route, machines, Become.NONE).getFirst();
  }

  Machines machines() {
    return machines;
  }

  /** Sends requests, each on a connection of its own, and counts who answered. */
  Map<String, Integer> ask(int requests) {
    var answers = new HashMap<String, Integer>();
    for (int i = 0; i < requests; i++) {
      answers.merge(ask("/"), 1, Integer::sum);
    }
    return answers;
  }

  String ask(String path) {
    return Origins.ask(haproxy.port("be_shop"), path);
  }

  @Override
  public void close() {
    machines.close();
    haproxy.close();
    origins.close();
  }
}
