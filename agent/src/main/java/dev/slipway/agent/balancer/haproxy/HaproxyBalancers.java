package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Fence;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where HAProxy balancers come from. */
public final class HaproxyBalancers {
  private static final String TCP = "tcp://";
  private static final Host HERE =
      new Host("localhost", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());

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
    if (spec.hosts().isEmpty()) {
      return List.of(open(spec, spec.name(), route, machines.machine(HERE), Become.NONE));
    }
    return spec.hosts().stream()
        .map(host ->
            open(
                spec,
                spec.name() + "@" + host.name(),
                route,
                machines.machine(host),
                host.reach() == Reach.LOCAL ? Become.NONE : become))
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
    for (Host host : spec.hosts().isEmpty() ? List.of(HERE) : spec.hosts()) {
      Become rights = host.reach() == Reach.LOCAL ? Become.NONE : become;
      acts.put(
          spec.name() + "@" + host.name(),
          Fence.takeOver(machines.machine(host), fence, rights, epoch));
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
    for (Host host : spec.hosts().isEmpty() ? List.of(HERE) : spec.hosts()) {
      lacking.put(
          spec.hosts().isEmpty() ? spec.name() : spec.name() + "@" + host.name(),
          new Inspection(spec, route, machines.machine(host)).lacking());
    }
    return lacking;
  }

  private static Balancer open(
      BalancerSpec.Haproxy spec, String name, Route route, Machine machine, Become become) {
    String socket = spec.socket();
    Workers workers =
        spec.master()
            .map(master -> Workers.of(new UnixLine(machine, master)))
            .orElseGet(Workers::unseen);
    if (!socket.startsWith(TCP)) {
      return new HaproxyBalancer(
          name,
          route,
          new Backend(route.backend(), new UnixLine(machine, socket), workers),
          Guard.beside(socket, machine, become),
          Twin.in(machine, spec.states()),
          Stillness.on(machine));
    }
    var address = URI.create(socket);
    if (address.getHost() == null || address.getPort() < 1) {
      throw new IllegalArgumentException(
          "balancer %s: '%s' is not of the form tcp://address:port".formatted(name, socket));
    }
    var line = new TcpLine(machine, address.getHost(), address.getPort());
    return new HaproxyBalancer(
        name,
        route,
        new Backend(route.backend(), line, workers),
        Guard.none(),
        Twin.none(),
        Stillness.unproven());
  }
}
