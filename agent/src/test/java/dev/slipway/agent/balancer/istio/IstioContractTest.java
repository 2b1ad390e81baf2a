package dev.slipway.agent.balancer.istio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Carrier;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.RoutingContract;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Goal: a route of Istio keeps the promises of every balancer. Method: the contract, with stand-ins
 * for the API server and for a proxy that does what the VirtualService says.
 */
class IstioContractTest extends RoutingContract<IstioContractTest.Steered> {

  @Override
  protected Steered open(Path directory) {
    return new Steered(directory);
  }

  static final class Steered implements Carrier {
    private final ApiServer api = new ApiServer();
    private final Origins origins = new Origins(List.of("a", "b", "c"));
    private final Mesh mesh = new Mesh(api, origins);
    private final Path kubeconfig;
    private final Balancer balancer;

    Steered(Path directory) {
      kubeconfig = Shop.written(directory, api.kubeconfig());
      balancer = Shop.balancer(kubeconfig);
    }

    @Override
    public Balancer balancer() {
      return balancer;
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(Capability.WEIGHTS, Capability.ONE_SHOT_SWITCH, Capability.MATCH);
    }

    @Override
    public Memory memory() {
      return Memory.KEEPS;
    }

    @Override
    public Set<Instance> strangers() {
      return Set.of(Trials.STRANGER, Shop.FORGOTTEN);
    }

    @Override
    public void goesAway() {
      api.goesAway();
    }

    @Override
    public void restarts() {
      api.restarts();
    }

    @Override
    public void isTakenOver(Epoch epoch) {
      assertThat(IstioBalancers.takeOver(Shop.spec(kubeconfig), epoch))
          .isInstanceOf(Act.Done.class);
    }

    @Override
    public void falls(Instance instance) {
      origins.stop(instance.host());
    }

    @Override
    public Open begin() {
      return origins.begin(mesh.port());
    }

    @Override
    public int port() {
      return mesh.port();
    }

    @Override
    public Origins origins() {
      return origins;
    }

    @Override
    public void close() {
      balancer.close();
      mesh.close();
      origins.close();
      api.close();
    }
  }
}
