package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests at a {@link Shop} of their own, which each of them starts with its own configuration. */
abstract class AtShop {
  @TempDir protected Path directory;
  protected Shop shop;

  @BeforeEach
  final void open() {
    shop = new Shop(directory);
  }

  @AfterEach
  final void close() {
    shop.close();
  }

  static Traffic both(MemberState a, MemberState b) {
    return Traffic.stable(Map.of(Trials.A, a, Trials.B, b));
  }

  static Instance instance(String name) {
    return new Instance(name, "web", "current");
  }

  static Seen seen(Answer answer, Instance instance) {
    return Trials.seen(Trials.now(answer), instance);
  }

  /** Returns a balancer that knows these servers of a backend by their own names. */
  final Balancer balancer(String backend, String... servers) {
    var route = new TreeMap<Instance, Route.Server>();
    for (String server : servers) {
      route.put(instance(server), new Route.Server(server, "127.0.0.1", 1));
    }
    return at(shop.haproxy.socket().toString(), new Route(backend, route));
  }

  /** Returns a balancer that is steered over another socket. */
  final Balancer at(String socket, Route route) {
    return Shop.balancer(route, socket, List.of(), shop.machines());
  }
}
