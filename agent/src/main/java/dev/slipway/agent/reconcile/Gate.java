package dev.slipway.agent.reconcile;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Deployment.Front;
import dev.slipway.strategies.fleet.Host;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets rollouts begin: in each environment so many at once, never two on one host or backend. */
final class Gate {
  private static final int AT_ONCE = 4;

  private final Map<String, Claims> environments = new ConcurrentHashMap<>();

  /**
   * Waits for the deployment's turn.
   *
   * @throws InterruptedException if the agent stops meanwhile
   */
  Claims.Claim enter(Deployment deployment) throws InterruptedException {
    String environment = deployment.target().repository() + "/" + deployment.target().environment();
    return environments
        .computeIfAbsent(environment, _ -> new Claims(AT_ONCE))
        .take(wants(deployment));
  }

  private static Set<String> wants(Deployment deployment) {
    var wants = new HashSet<String>();
    deployment.fleet().hosts().values().stream()
        .flatMap(hosts -> hosts.stream())
        .map(Host::address)
        .forEach(address -> wants.add("host " + address));
    for (Front front : deployment.fronts()) {
      wants.add("backend %s/%s".formatted(front.balancer().name(), front.route().backend()));
    }
    return wants;
  }
}
