package dev.slipway.agent.balancer;

import dev.slipway.strategies.fleet.Instance;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a role stands in a balancer: the backend, and the server of each instance.
 *
 * @param backend HAProxy's backend, nginx's upstream, or the edge's pool
 */
public record Route(String backend, Map<Instance, Server> servers) {
  public Route {
    servers = Collections.unmodifiableMap(new TreeMap<>(servers));
  }

  /** A member as the balancer knows it. */
  public record Server(String name, String address, int port) {}
}
