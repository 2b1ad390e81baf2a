package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.machine.Guard;
import dev.slipway.agent.balancer.machine.Line;
import dev.slipway.agent.balancer.machine.Post;
import dev.slipway.agent.balancer.machine.Stillness;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Fence;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where HAProxy balancers come from. */
public final class HaproxyBalancers {
  private static final String TCP = "tcp://";

  private HaproxyBalancers() {}

  /**
   * Returns one balancer for each machine of the specification, or one for this machine if it names
   * none. Nothing is connected before the first use.
   *
   * @throws IllegalArgumentException if the socket or a name would be misread by HAProxy
   */
  public static List<Balancer> open(
      BalancerSpec.Haproxy spec, Route route, Machines machines, Become become) {
    Names.check("backend", route.backend());
    route.servers().values().forEach(server -> Names.check("server", server.name()));
    return Post.all(spec.name(), spec.hosts(), machines, become).stream()
        .map(post -> open(spec, post.name(), route, post.machine(), post.become()))
        .toList();
  }

  /**
   * Makes the sockets obey this agent and no other; returns what came of it, by machine. A socket
   * over TCP has no fence, and so nothing to take over.
   */
  public static Map<String, Act> takeOver(
      BalancerSpec.Haproxy spec, Machines machines, Become become, Epoch epoch) {
    var acts = new TreeMap<String, Act>();
    if (spec.socket().startsWith(TCP)) {
      return acts;
    }
    String fence = Guard.directory(spec.socket());
    for (Post post : Post.all(spec.name(), spec.hosts(), machines, become)) {
      acts.put(post.name(), Fence.takeOver(post.machine(), fence, post.become(), epoch));
    }
    return acts;
  }

  /**
   * Returns, by machine, the lines that the configuration of HAProxy lacks for a route. What is
   * reached over TCP alone shows none.
   */
  public static Map<String, List<String>> lacking(
      BalancerSpec.Haproxy spec, Route route, Machines machines) {
    var lacking = new TreeMap<String, List<String>>();
    if (spec.socket().startsWith(TCP)) {
      return lacking;
    }
    for (Post post : Post.all(spec.name(), spec.hosts(), machines, Become.NONE)) {
      lacking.put(post.name(), new Inspection(spec, route, post.machine()).lacking());
    }
    return lacking;
  }

  private static Balancer open(
      BalancerSpec.Haproxy spec, String name, Route route, Machine machine, Become become) {
    String socket = spec.socket();
    Workers workers =
        spec.master()
            .map(master -> Workers.of(Line.unix(machine, master)))
            .orElseGet(Workers::unseen);
    if (!socket.startsWith(TCP)) {
      var backend = new Backend(route.backend(), Line.unix(machine, socket), workers);
      return new HaproxyBalancer(
          name,
          route,
          backend,
          new RuleMaps(backend, Optional.of(new Twin.Files(machine, spec.states()))),
          Guard.beside(socket, machine, become),
          Twin.in(machine, spec.states()),
          Stillness.of(machine, "HAProxy", "haproxy", "hapee"));
    }
    var address = URI.create(socket);
    if (address.getHost() == null || address.getPort() < 1) {
      throw new IllegalArgumentException(
          "balancer %s: '%s' is not of the form tcp://address:port".formatted(name, socket));
    }
    var line = Line.tcp(machine, address.getHost(), address.getPort());
    var backend = new Backend(route.backend(), line, workers);
    return new HaproxyBalancer(
        name,
        route,
        backend,
        new RuleMaps(backend, Optional.empty()),
        Guard.none(),
        Twin.none(),
        Stillness.unproven());
  }
}
