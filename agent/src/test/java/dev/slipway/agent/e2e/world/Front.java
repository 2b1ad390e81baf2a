package dev.slipway.agent.e2e.world;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.edge.proxy.EdgeOptions;
import dev.slipway.agent.balancer.edge.proxy.EdgeProcess;
import dev.slipway.agent.balancer.kinds.BalancerKinds;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.strategies.fleet.Instance;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A real balancer in front of the instances of a {@link World}. */
public interface Front extends AutoCloseable {

  /** Returns where requests come in. */
  InetSocketAddress address();

  /** Returns the environment's line for it, and the application's reference to it. */
  Lines lines();

  @Override
  void close();

  /** Two pieces of YAML. */
  record Lines(String balancer, String reference) {}

  /** Starts the edge. */
  static Front edge(Path directory) {
    int port = Loopback.freePort();
    Path control = directory.resolve("edge.sock");
    var options =
        EdgeOptions.of(
            List.of(Loopback.at("127.0.0.1", port)), control, directory.resolve("edge.json"));
    return switch (EdgeProcess.start(options)) {
      case EdgeProcess.Started.Failed(var reason) -> throw new AssertionError(reason);
      case EdgeProcess.Started.Running(var edge) ->
          of(
              Loopback.at("127.0.0.1", port),
              new Lines(
                  "{name: front, edge: {control: \"%s\", listen: \"127.0.0.1:%d\"}}"
                      .formatted(control, port),
                  "{name: front}"),
              edge::close);
    };
  }

  /** Starts HAProxy with a server for each host, all of them disabled before the first release. */
  static Front haproxy(HaproxyFixture haproxy, List<String> hosts, int appPort) {
    return haproxy(haproxy, hosts, appPort, "disabled");
  }

  /** Starts HAProxy with a server for each host, all of which serve before Slipway comes. */
  static Front servingHaproxy(HaproxyFixture haproxy, List<String> hosts, int appPort) {
    return haproxy(haproxy, hosts, appPort, "");
  }

  private static Front haproxy(
      HaproxyFixture haproxy, List<String> hosts, int appPort, String state) {
    String[] servers = new String[hosts.size() + 2];
    servers[0] = "option httpchk GET /up";
    // Without it a check that takes longer than its interval fails, as a process that has just
    // begun lets it on a busy machine: then HAProxy takes out who answers.
    servers[1] = "timeout check 1s";
    for (int i = 0; i < hosts.size(); i++) {
      servers[i + 2] =
          "server web%d %s:%d check inter 200ms fall 2 rise 1 %s"
              .formatted(i + 1, hosts.get(i), appPort, state);
    }
    haproxy.backend("be_shop", servers).start();
    return of(
        Loopback.at("127.0.0.1", haproxy.port("be_shop")),
        new Lines(
            "{name: front, haproxy: {socket: \"%s\"}}".formatted(haproxy.socket()),
            "{name: front, backend: be_shop, server: \"{{host.name}}\"}"),
        haproxy::close);
  }

  /**
   * Starts nginx with what the doctor prints in its file: nobody serves before the first release.
   */
  static Front nginx(NginxFixture nginx, List<String> hosts, int appPort) {
    var servers = new TreeMap<Instance, Route.Server>();
    for (int i = 0; i < hosts.size(); i++) {
      String host = "web%d".formatted(i + 1);
      servers.put(
          new Instance(host, "shop", "current"), new Route.Server(host, hosts.get(i), appPort));
    }
    return nginx(nginx, servers, "{{host.name}}");
  }

  /** Starts nginx with these servers, whose names are of a pattern, none of which serves. */
  static Front nginx(NginxFixture nginx, Map<Instance, Route.Server> servers, String pattern) {
    Path file = nginx.owned("shop.conf");
    Path log = nginx.logged("be_shop");
    var spec =
        new BalancerSpec.Nginx(
            "front",
            List.of(),
            file.toString(),
            Optional.of(nginx.config().toString()),
            nginx.status(),
            BalancerSpec.Nginx.MAX_FAILS,
            Optional.of(log.toString()));
    try (var machines = Machines.open(Optional.empty())) {
      var lacking = BalancerKinds.lacking(spec, new Route("be_shop", servers), machines);
      nginx.front("be_shop").with(file, lacking.getOrDefault("front", List.of())).start();
    }
    return of(
        Loopback.at("127.0.0.1", nginx.port("be_shop")),
        new Lines(
            "{name: front, nginx: {file: \"%s\", config: \"%s\", status: \"%s\", accessLog: \"%s\"}}"
                .formatted(file, nginx.config(), nginx.status(), log),
            "{name: front, backend: be_shop, server: \"%s\"}".formatted(pattern)),
        nginx::close);
  }

  /** Makes one of a balancer that runs already. */
  static Front of(InetSocketAddress address, Lines lines, Runnable close) {
    return new Front() {
      @Override
      public InetSocketAddress address() {
        return address;
      }

      @Override
      public Lines lines() {
        return lines;
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }
}
