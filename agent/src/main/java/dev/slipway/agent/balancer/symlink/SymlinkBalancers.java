package dev.slipway.agent.balancer.symlink;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.machine.Guard;
import dev.slipway.agent.balancer.machine.Post;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Fence;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where links come from that static sites are served by. */
public final class SymlinkBalancers {
  private SymlinkBalancers() {}

  /** Returns the links of all hosts as one balancer. Nothing is connected before the first use. */
  public static Balancer open(
      BalancerSpec.Symlink spec, Route route, Machines machines, Become become) {
    return new SymlinkBalancer(
        spec.name(),
        spec.links().stream().map(link -> post(spec, link, route, machines, become)).toList());
  }

  private static LinkPost post(
      BalancerSpec.Symlink spec,
      BalancerSpec.Link link,
      Route route,
      Machines machines,
      Become become) {
    Post post = at(spec.name(), link.host(), machines, become);
    return new LinkPost(
        link.host().name(),
        link.path(),
        slots(link.host(), route),
        new Pointer(post.machine(), link.path()),
        Guard.beside(link.path(), post.machine(), post.become()));
  }

  private static Map<Instance, String> slots(Host host, Route route) {
    var slots = new HashMap<Instance, String>();
    route
        .servers()
        .forEach((instance, server) -> {
          if (instance.host().equals(host.name())) {
            slots.put(instance, server.name());
          }
        });
    return slots;
  }

  private static Post at(String name, Host host, Machines machines, Become become) {
    return Post.all(name, List.of(host), machines, become).getFirst();
  }

  /** Makes the links obey this agent and no other; returns what came of it, by machine. */
  public static Map<String, Act> takeOver(
      BalancerSpec.Symlink spec, Machines machines, Become become, Epoch epoch) {
    var acts = new TreeMap<String, Act>();
    for (BalancerSpec.Link link : spec.links()) {
      Post post = at(spec.name(), link.host(), machines, become);
      acts.put(
          post.name(),
          Fence.takeOver(post.machine(), Guard.directory(link.path()), post.become(), epoch));
    }
    return acts;
  }
}
