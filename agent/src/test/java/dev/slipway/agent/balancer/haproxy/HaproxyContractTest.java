package dev.slipway.agent.balancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Carrier;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.RoutingContract;
import dev.slipway.agent.balancer.Subject;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Goal: HAProxy is steered as the port promises. Method: the contract on a real HAProxy, which
 * checks its servers itself.
 */
class HaproxyContractTest extends RoutingContract<HaproxyContractTest.Checked> {
  private static final Instance FORGOTTEN = new Instance("forgotten", "web", "current");

  @Override
  protected Checked open(Path directory) {
    return new Checked(new Shop(directory), Subject.Memory.FORGETS);
  }

  /** A shop of three servers; a fourth one stands in the route, and nobody configured it. */
  record Checked(Shop shop, Memory memory) implements Carrier {
    private static final String CHECK = "check inter 50ms fall 1 rise 1";
    private static final Route ROUTE =
        new Route(
            "be_shop",
            Map.of(
                Trials.A,
                new Route.Server("a", "127.0.0.1", 1),
                Trials.B,
                new Route.Server("b", "127.0.0.1", 2),
                Trials.C,
                new Route.Server("c", "127.0.0.1", 3),
                FORGOTTEN,
                new Route.Server("forgotten", "127.0.0.1", 4)));

    Checked {
      shop.obeyingRules().start(CHECK, CHECK, shop.server("c", CHECK));
    }

    @Override
    public Balancer balancer() {
      return Shop.balancer(ROUTE, shop.haproxy.socket().toString(), List.of(), shop.machines());
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(
          Capability.WEIGHTS,
          Capability.DRAIN_COUNTS,
          Capability.WITNESS,
          Capability.COUNTERS,
          Capability.MEANS,
          Capability.MATCH);
    }

    @Override
    public Set<Instance> strangers() {
      return Set.of(Trials.STRANGER, FORGOTTEN);
    }

    @Override
    public void goesAway() {
      shop.haproxy.kill();
    }

    @Override
    public void restarts() {
      shop.haproxy.restart();
    }

    @Override
    public void isTakenOver(Epoch epoch) {
      var spec = new BalancerSpec.Haproxy("front", List.of(), shop.haproxy.socket().toString());
      assertThat(HaproxyBalancers.takeOver(spec, shop.machines(), Become.NONE, epoch).values())
          .hasOnlyElementsOfType(Act.Done.class);
    }

    @Override
    public void falls(Instance instance) {
      shop.origins.stop(instance.host());
    }

    @Override
    public Open begin() {
      return shop.origins.begin(shop.haproxy.port("be_shop"));
    }

    @Override
    public int port() {
      return shop.haproxy.port("be_shop");
    }

    @Override
    public Origins origins() {
      return shop.origins;
    }

    @Override
    public void close() {
      shop.close();
    }
  }
}
