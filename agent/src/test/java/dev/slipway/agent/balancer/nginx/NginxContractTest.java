package dev.slipway.agent.balancer.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Carrier;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.RoutingContract;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import java.nio.file.Path;
import java.util.Set;

/**
 * Goal: nginx is steered as the port promises. Method: the contract on a real nginx with two
 * workers, whose file is first filled with what the doctor prints.
 */
class NginxContractTest extends RoutingContract<NginxContractTest.Steered> {

  @Override
  protected Steered open(Path directory) {
    return new Steered(new Shop(directory).steered().start());
  }

  /** A shop of three members. */
  record Steered(Shop shop) implements Carrier {
    @Override
    public Balancer balancer() {
      return shop.balancer();
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(Capability.WEIGHTS, Capability.MATCH, Capability.STICKY, Capability.MIRROR);
    }

    @Override
    public Memory memory() {
      return Memory.KEEPS;
    }

    @Override
    public Set<Instance> strangers() {
      return Set.of(Trials.STRANGER);
    }

    /** Each request is drawn by itself: five standard deviations of 20 among 40. */
    @Override
    public int copiesByChance() {
      return 16;
    }

    @Override
    public String whenNobodyServes() {
      return "502";
    }

    @Override
    public void goesAway() {
      shop.nginx.kill();
    }

    @Override
    public void restarts() {
      shop.nginx.restart();
    }

    @Override
    public void isTakenOver(Epoch epoch) {
      var acts = NginxBalancers.takeOver(shop.spec, shop.machines(), Become.NONE, epoch);
      assertThat(acts.values()).isNotEmpty().hasOnlyElementsOfType(Act.Done.class);
    }

    @Override
    public void falls(Instance instance) {
      shop.origins.stop(instance.host());
    }

    @Override
    public Open begin() {
      return shop.origins.begin(shop.nginx.port(Shop.UPSTREAM));
    }

    @Override
    public int port() {
      return shop.nginx.port(Shop.UPSTREAM);
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
