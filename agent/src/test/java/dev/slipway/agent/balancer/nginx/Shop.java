package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An nginx in front of three members of a shop, which answer with their name. */
final class Shop implements AutoCloseable {
  static final String UPSTREAM = "be_shop";

  final NginxFixture nginx;
  final Origins origins = new Origins(List.of("a", "b", "c"));
  final BalancerSpec.Nginx spec;
  private final Machines machines = Machines.open(Optional.empty());

  Shop(Path directory) {
    nginx = NginxFixture.in(directory).front(UPSTREAM);
    spec = spec("shop.conf");
  }

  /** Returns what an environment says of another file of the same nginx. */
  BalancerSpec.Nginx spec(String file) {
    return new BalancerSpec.Nginx(
        "front",
        List.of(),
        nginx.owned(file).toString(),
        Optional.of(nginx.config().toString()),
        nginx.status(),
        BalancerSpec.Nginx.MAX_FAILS,
        Optional.empty());
  }

  /** Lets its owner add the lines by which requests are told apart. */
  Shop steered() {
    nginx.steered(UPSTREAM);
    return this;
  }

  /** Puts there what the doctor says that is lacking, and starts. */
  Shop start() {
    nginx.with(file(), lacking(spec, route(UPSTREAM)));
    nginx.start();
    return this;
  }

  List<String> lacking(BalancerSpec.Nginx of, Route route) {
    return NginxBalancers.lacking(of, route, machines).values().iterator().next();
  }

  Path file() {
    return Path.of(spec.file());
  }

  String text() {
    try {
      return Files.readString(file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Route route(String upstream) {
    var servers = new TreeMap<Instance, Route.Server>();
    Map.of("a", Trials.A, "b", Trials.B, "c", Trials.C)
        .forEach((name, instance) ->
            servers.put(
                instance, new Route.Server(name, "127.0.0.1", origins.address(name).getPort())));
    return new Route(upstream, servers);
  }

  Balancer balancer() {
    return balancer(spec, route(UPSTREAM));
  }

  Balancer balancer(BalancerSpec.Nginx of, Route route) {
    return NginxBalancers.open(of, route, machines, Become.NONE).getFirst();
  }

  Machines machines() {
    return machines;
  }

  String ask(String path) {
    return Origins.ask(nginx.port(UPSTREAM), path);
  }

  @Override
  public void close() {
    origins.letGo();
    machines.close();
    nginx.close();
    origins.close();
  }
}
