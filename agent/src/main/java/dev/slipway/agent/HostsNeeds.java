package dev.slipway.agent;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.bootstrap.HostNeeds;
import dev.slipway.agent.host.bootstrap.NginxNeeds;
import dev.slipway.agent.host.bootstrap.PlaceNeeds;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the deployments of one environment need on its hosts, gathered by host. */
final class HostsNeeds {
  private static final Digest UNSEEN = Digest.of("");

  private final Map<Host, List<PlaceNeeds>> places = new LinkedHashMap<>();
  private final Map<Host, List<String>> sockets = new LinkedHashMap<>();
  private final Map<Host, List<NginxNeeds>> nginxes = new LinkedHashMap<>();

  private HostsNeeds() {}

  /** Returns one entry for each host that something of these deployments is on. */
  static List<HostNeeds> of(List<Deployment> deployments) {
    var needs = new HostsNeeds();
    deployments.forEach(needs::add);
    return deployments.stream().findFirst().map(needs::gathered).orElse(List.of());
  }

  private void add(Deployment deployment) {
    for (Role role : deployment.fleet().application().roles()) {
      for (Host host : deployment.fleet().hosts(role)) {
        var place = place(deployment, role, host);
        of(places, host).add(PlaceNeeds.of(place, deployment.release().of(UNSEEN)));
      }
    }
    deployment.fronts().forEach(front -> add(front.balancer()));
  }

  private void add(BalancerSpec balancer) {
    switch (balancer) {
      case BalancerSpec.Haproxy(var _, var hosts, var socket, var _, var _) -> {
        if (socket.startsWith("/")) {
          add(sockets, hosts, socket);
        }
      }
      case BalancerSpec.Nginx nginx ->
          add(nginxes, nginx.hosts(), new NginxNeeds(nginx.file(), nginx.config(), nginx.status()));
      case BalancerSpec.Edge _, BalancerSpec.Symlink _, BalancerSpec.Istio _ -> {
        // One has a unit of its own, one lies where the application does, one is in a cluster.
      }
    }
  }

  private static <T> void add(Map<Host, List<T>> map, List<Host> hosts, T need) {
    hosts.stream()
        .map(host -> of(map, host))
        .filter(found -> !found.contains(need))
        .forEach(found -> found.add(need));
  }

  private static <T> List<T> of(Map<Host, List<T>> map, Host host) {
    return map.computeIfAbsent(host, _ -> new ArrayList<>());
  }

  private static Place place(Deployment deployment, Role role, Host host) {
    return new Place(
        deployment.fleet().application(),
        role,
        deployment.fleet().application().roles().stream()
            .filter(other -> deployment.fleet().hosts(other).contains(host))
            .toList(),
        host,
        deployment.variables(),
        become(deployment));
  }

  private static SshSettings.Become become(Deployment deployment) {
    return deployment.ssh().map(SshSettings::become).orElse(SshSettings.Become.NONE);
  }

  /** All deployments of an environment have its ssh settings. */
  private List<HostNeeds> gathered(Deployment any) {
    sockets.keySet().forEach(host -> of(places, host));
    nginxes.keySet().forEach(host -> of(places, host));
    return places.entrySet().stream()
        .map(entry ->
            new HostNeeds(
                any.target().environment(),
                entry.getKey(),
                any.ssh(),
                entry.getValue(),
                sockets.getOrDefault(entry.getKey(), List.of()),
                nginxes.getOrDefault(entry.getKey(), List.of())))
        .toList();
  }
}
