package dev.slipway.agent.balancer.istio;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.istio.Cluster.Kind;
import dev.slipway.agent.balancer.istio.Cluster.Reply;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import java.util.List;
import java.util.Map;

/** Where balancers that are routes of Istio come from. */
public final class IstioBalancers {
  private IstioBalancers() {}

  /** Returns the http route of a VirtualService. Nothing is connected before the first use. */
  public static Balancer open(BalancerSpec.Istio spec, Route route) {
    return new IstioBalancer(spec, route, cluster(spec));
  }

  /** Makes the VirtualService obey this agent and no other. */
  public static Act takeOver(BalancerSpec.Istio spec, Epoch epoch) {
    try (var balancer = new IstioBalancer(spec, new Route("", Map.of()), cluster(spec))) {
      return balancer.takeOver(epoch);
    }
  }

  /** Returns, by balancer, the subsets that the DestinationRule lacks for a route. */
  public static Map<String, List<String>> lacking(BalancerSpec.Istio spec, Route route) {
    try (var cluster = cluster(spec)) {
      return cluster.read(Kind.DESTINATION_RULE, spec.destinationRule())
              instanceof Reply.Found(var rule)
          ? Map.of(spec.name(), Subsets.lacking(rule.spec(), route))
          : Map.of();
    }
  }

  private static Cluster cluster(BalancerSpec.Istio spec) {
    return new KubernetesCluster(new Access(spec.kubeconfig(), Access.PATIENCE), spec.namespace());
  }
}
