package dev.slipway.agent.balancer.kinds;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Balancers;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.haproxy.HaproxyBalancers;
import dev.slipway.agent.balancer.istio.IstioBalancers;
import dev.slipway.agent.balancer.nginx.NginxBalancers;
import dev.slipway.agent.balancer.symlink.SymlinkBalancers;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import java.util.List;
import java.util.Map;

/** Opens balancers of every kind. */
public final class BalancerKinds {
  private BalancerKinds() {}

  /**
   * Returns the way to the balancers of an environment.
   *
   * @param become how the lock beside a socket is reached on machines over SSH
   */
  public static Balancers of(Become become) {
    return new Standard(become);
  }

  /** Makes a balancer obey this agent and no other; returns what came of it, by machine. */
  public static Map<String, Act> takeOver(
      BalancerSpec spec, Machines machines, Become become, Epoch epoch) {
    return switch (spec) {
      case BalancerSpec.Haproxy haproxy ->
          HaproxyBalancers.takeOver(haproxy, machines, become, epoch);
      case BalancerSpec.Nginx nginx -> NginxBalancers.takeOver(nginx, machines, become, epoch);
      case BalancerSpec.Edge edge ->
          Map.of(edge.name(), act(EdgeBalancers.takeOver(edge.control(), epoch)));
      case BalancerSpec.Symlink symlink ->
          SymlinkBalancers.takeOver(symlink, machines, become, epoch);
      case BalancerSpec.Istio istio -> Map.of(istio.name(), IstioBalancers.takeOver(istio, epoch));
    };
  }

  /** Returns, by machine, the lines that a balancer's configuration lacks for a route. */
  public static Map<String, List<String>> lacking(
      BalancerSpec spec, Route route, Machines machines) {
    return switch (spec) {
      case BalancerSpec.Haproxy haproxy -> HaproxyBalancers.lacking(haproxy, route, machines);
      case BalancerSpec.Nginx nginx -> NginxBalancers.lacking(nginx, route, machines);
      case BalancerSpec.Istio istio -> IstioBalancers.lacking(istio, route);
      case BalancerSpec.Edge _, BalancerSpec.Symlink _ -> Map.of();
    };
  }

  private static Act act(EdgeBalancers.Answered answered) {
    return switch (answered) {
      case EdgeBalancers.Answered.Said _ -> new Act.Done("taken over", 0);
      case EdgeBalancers.Answered.Refused(var reason) -> new Act.Refused(reason);
      case EdgeBalancers.Answered.Unreachable(var reason) -> new Act.Unreachable(reason);
    };
  }

  private static final class Standard implements Balancers {
    private final Become become;

    Standard(Become become) {
      this.become = become;
    }

    @Override
    public List<Balancer> open(BalancerSpec spec, Route route, Machines machines) {
      return switch (spec) {
        case BalancerSpec.Haproxy haproxy ->
            HaproxyBalancers.open(haproxy, route, machines, become);
        case BalancerSpec.Nginx nginx -> NginxBalancers.open(nginx, route, machines, become);
        case BalancerSpec.Edge edge -> List.of(EdgeBalancers.open(edge, route));
        case BalancerSpec.Symlink symlink ->
            List.of(SymlinkBalancers.open(symlink, route, machines, become));
        case BalancerSpec.Istio istio -> List.of(IstioBalancers.open(istio, route));
      };
    }
  }
}
