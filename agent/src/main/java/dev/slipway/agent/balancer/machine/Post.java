package dev.slipway.agent.balancer.machine;

import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One machine on which a balancer runs.
 *
 * @param name of the balancer there
 * @param become how rights are had there
 */
public record Post(String name, Machine machine, Become become) {
  private static final Host HERE =
      new Host("localhost", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());

  /** Returns one for each of the hosts, or one on this machine if there are none. */
  public static List<Post> all(String name, List<Host> hosts, Machines machines, Become become) {
    if (hosts.isEmpty()) {
      return List.of(new Post(name, machines.machine(HERE), Become.NONE));
    }
    return hosts.stream()
        .map(host ->
            new Post(
                name + "@" + host.name(),
                machines.machine(host),
                host.reach() == Reach.LOCAL ? Become.NONE : become))
        .toList();
  }
}
