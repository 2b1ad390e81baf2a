package dev.slipway.agent.journal;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.strategies.fleet.Instance;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Balancers of every kind that a deployment in a journal may stand behind. */
final class FrontSamples {
  private FrontSamples() {}

  /** Returns those that there were first. */
  static List<Deployment.Front> others() {
    return List.of(
        front(new BalancerSpec.Edge("edge", "/run/edge.sock", Optional.of("0.0.0.0:80"))),
        front(
            new BalancerSpec.Haproxy("front", List.of(Samples.host("lb1")), "/run/haproxy.sock")));
  }

  static List<Deployment.Front> nginx() {
    return List.of(
        front(
            new BalancerSpec.Nginx(
                "outer",
                List.of(Samples.host("lb1")),
                "/etc/nginx/slipway/shop.conf",
                Optional.of("/etc/nginx/nginx.conf"),
                "127.0.0.1:8079",
                3)));
  }

  private static Deployment.Front front(BalancerSpec balancer) {
    var blue = new Instance("web1", "web", "blue");
    return new Deployment.Front(
        "web",
        balancer,
        new Route("be_shop", Map.of(blue, new Route.Server("web1", "10.0.0.1", 8001))));
  }
}
