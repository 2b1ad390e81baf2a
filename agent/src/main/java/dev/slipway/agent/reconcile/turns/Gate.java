package dev.slipway.agent.reconcile.turns;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Deployment.Front;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.Host;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets rollouts begin: in each environment as many at once as it says, never two on one host. */
public final class Gate {
  private final Map<String, Claims> environments = new ConcurrentHashMap<>();

  /**
   * Waits for the deployment's turn.
   *
   * @throws InterruptedException if the agent stops meanwhile
   */
  public Claims.Claim enter(Deployment deployment) throws InterruptedException {
    Target target = deployment.target();
    return claims(target.repository(), target.bound())
        .take(wants(deployment), deployment.maxConcurrentRollouts());
  }

  /** Returns how many of an environment wait for their turn. */
  int waiting(String repository, String environment) {
    return claims(repository, environment).waiting();
  }

  private Claims claims(String repository, String environment) {
    return environments.computeIfAbsent(repository + "/" + environment, _ -> new Claims());
  }

  /** Two names may mean the same socket, and then the same backend. */
  private static String steered(BalancerSpec balancer) {
    return switch (balancer) {
      case BalancerSpec.Haproxy haproxy ->
          haproxy.hosts().stream().map(Host::address).sorted().toList() + haproxy.socket();
      case BalancerSpec.Nginx nginx ->
          nginx.hosts().stream().map(Host::address).sorted().toList() + nginx.file();
      case BalancerSpec.Edge edge -> edge.control();
      case BalancerSpec.Istio istio -> istio.where();
      case BalancerSpec.Symlink symlink ->
          symlink.links().stream()
              .map(link -> link.host().address() + link.path())
              .sorted()
              .toList()
              .toString();
    };
  }

  private static Set<String> wants(Deployment deployment) {
    var wants = new HashSet<String>();
    deployment.fleet().hosts().values().stream()
        .flatMap(hosts -> hosts.stream())
        .map(Host::address)
        .forEach(address -> wants.add("host " + address));
    for (Front front : deployment.fronts()) {
      wants.add("backend %s/%s".formatted(steered(front.balancer()), front.route().backend()));
    }
    return wants;
  }
}
