package dev.slipway.agent.journal;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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

  static List<Deployment.Front> later() {
    return List.of(
        front(
            new BalancerSpec.Nginx(
                "outer",
                List.of(Samples.host("lb1")),
                "/etc/nginx/slipway/shop.conf",
                Optional.of("/etc/nginx/nginx.conf"),
                "127.0.0.1:8079",
                3,
                Optional.of("/var/log/nginx/slipway-shop.log"))),
        front(
            new BalancerSpec.Symlink(
                "site", List.of(new BalancerSpec.Link(Samples.host("web1"), "/srv/site/live")))),
        front(
            new BalancerSpec.Istio(
                "mesh", Path.of("/etc/slipway/secrets/production/kube"), "shops", "shop", "shop")));
  }

  /** Returns what is served where users are kept in every way that there is. */
  static Map<String, Plan.Serving> keeping(Instance instance) {
    var keys =
        List.of(
            new Sticky.Key.Header("x-user"),
            new Sticky.Key.Cookie("session"),
            new Sticky.Key.Issued("arm", Duration.ofDays(1)),
            new Sticky.Key.Cleared("arm"));
    var roles = new TreeMap<String, Plan.Serving>();
    roles.put("web", new Plan.Serving(Optional.empty(), 0));
    for (Sticky.Key key : keys) {
      var routing =
          new Routing(
              List.of(),
              Optional.of(new Mirror(Traffic.STABLE, Share.percent(1), Set.of("POST"))),
              Optional.of(new Sticky(key, "trial-7")));
      var traffic = Traffic.stable(Map.of(instance, MemberState.SERVING)).with(routing);
      roles.put("web" + roles.size(), new Plan.Serving(Optional.of(traffic), 0));
    }
    return roles;
  }

  private static Deployment.Front front(BalancerSpec balancer) {
    var blue = new Instance("web1", "web", "blue");
    return new Deployment.Front(
        "web",
        balancer,
        new Route("be_shop", Map.of(blue, new Route.Server("web1", "10.0.0.1", 8001))));
  }
}
