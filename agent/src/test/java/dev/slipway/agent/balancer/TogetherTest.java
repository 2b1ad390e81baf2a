package dev.slipway.agent.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.nginx.NginxBalancers;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.traffic.Capability;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: several balancers promise together what they can keep together. Method: balancers of both
 * kinds that keep users, none of which is connected.
 */
final class TogetherTest {
  private static final Route ROUTE = new Route("be_shop", Map.of());

  private static Balancer edge() {
    return EdgeBalancers.open(
        new BalancerSpec.Edge("edge", "/run/slipway/edge.sock", Optional.empty()), ROUTE);
  }

  private static Balancer nginx(Machines machines) {
    var spec = new BalancerSpec.Nginx("nginx", List.of(), "/etc/nginx/slipway/shop.conf");
    return NginxBalancers.open(spec, ROUTE, machines, Become.NONE).getFirst();
  }

  @Test
  void usersStayBehindBalancersOfOneKindAndNotOfTwo() {
    try (var machines = Machines.open(Optional.empty())) {
      assertThat(Together.capabilities(List.of(edge(), edge()))).contains(Capability.STICKY);
      assertThat(Together.capabilities(List.of(nginx(machines), nginx(machines))))
          .contains(Capability.STICKY);

      assertThat(Together.capabilities(List.of(edge(), nginx(machines))))
          .contains(Capability.MATCH, Capability.MIRROR, Capability.WEIGHTS)
          .doesNotContain(Capability.STICKY, Capability.PARKING);
    }
  }

  @Test
  void nobodyCanDoAnythingWhereThereIsNone() {
    assertThat(Together.capabilities(List.of())).isEmpty();
  }
}
