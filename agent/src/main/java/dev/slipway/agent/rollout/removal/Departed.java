package dev.slipway.agent.rollout.removal;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Hosts that a deployment has no more, as the former deployment had them. */
public record Departed(Deployment former, Set<String> hosts) {
  public Departed {
    hosts = Set.copyOf(hosts);
  }

  /** Returns whether an instance is on one of them. */
  public boolean has(Instance instance) {
    return hosts.contains(instance.host());
  }

  /** Returns the hosts themselves. */
  public List<Host> all() {
    return former.fleet().hosts().values().stream()
        .flatMap(List::stream)
        .distinct()
        .filter(host -> hosts.contains(host.name()))
        .toList();
  }

  /** Returns the former deployment, in front of which nothing stands. */
  Deployment unfronted() {
    return former.on(former.fleet(), List.of());
  }

  /** Returns a deployment as it would be if they were still part of it. */
  Deployment besides(Deployment present) {
    var members = new LinkedHashMap<String, List<Host>>();
    for (Role role : present.fleet().application().roles()) {
      var hosts = new ArrayList<>(present.fleet().hosts(role));
      hosts.addAll(leaving(role.name()));
      members.put(role.name(), hosts);
    }
    var fleet = new Fleet(present.fleet().environment(), present.fleet().application(), members);
    return present.on(fleet, present.fronts().stream().map(this::besides).toList());
  }

  private Deployment.Front besides(Deployment.Front present) {
    Map<Instance, Route.Server> servers = new TreeMap<>(present.route().servers());
    former.fronts().stream()
        .filter(front -> front.role().equals(present.role()))
        .filter(front -> front.balancer().name().equals(present.balancer().name()))
        .filter(front -> front.route().backend().equals(present.route().backend()))
        .flatMap(front -> front.route().servers().entrySet().stream())
        .filter(server -> has(server.getKey()))
        .forEach(server -> servers.put(server.getKey(), server.getValue()));
    return new Deployment.Front(
        present.role(),
        balancer(present.balancer()),
        new Route(present.route().backend(), servers));
  }

  /** A link is found by its host, which only the former balancer still knows. */
  private BalancerSpec balancer(BalancerSpec present) {
    var balancer = present;
    for (Deployment.Front front : former.fronts()) {
      if (balancer instanceof BalancerSpec.Symlink now
          && front.balancer() instanceof BalancerSpec.Symlink before
          && now.name().equals(before.name())) {
        balancer = now.and(before, hosts);
      }
    }
    return balancer;
  }

  private List<Host> leaving(String role) {
    return former.fleet().hosts().getOrDefault(role, List.of()).stream()
        .filter(host -> hosts.contains(host.name()))
        .toList();
  }
}
