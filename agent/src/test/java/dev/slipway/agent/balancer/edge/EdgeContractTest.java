package dev.slipway.agent.balancer.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Carrier;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.RoutingContract;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.balancer.edge.PoolSpec.CheckSpec;
import dev.slipway.agent.balancer.edge.proxy.EdgeOptions;
import dev.slipway.agent.balancer.edge.proxy.EdgeProcess;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Goal: the edge is steered as the port promises. Method: the contract on a real edge, which checks
 * its members itself.
 */
class EdgeContractTest extends RoutingContract<EdgeContractTest.Checked> {
  @Override
  protected Checked open(Path directory) {
    return new Checked(directory);
  }

  /** An edge with one pool of three members. */
  static final class Checked implements Carrier {
    private static final CheckSpec CHECK = new CheckSpec("/", 50, 5_000, 1, 1);

    private final Origins origins = new Origins(List.of("a", "b", "c"));
    private final int port = Loopback.freePort();
    private final EdgeOptions options;
    private final Balancer balancer;
    private Optional<EdgeProcess> edge;

    Checked(Path directory) {
      options =
          EdgeOptions.of(
              List.of(Loopback.at("127.0.0.1", port)),
              directory.resolve("edge.sock"),
              directory.resolve("edge.json"));
      var spec = new BalancerSpec.Edge("front", options.control().toString(), Optional.empty());
      balancer = EdgeBalancers.open(spec, route(), CHECK);
      edge = Optional.of(started());
    }

    private Route route() {
      var servers = new TreeMap<Instance, Route.Server>();
      for (Instance instance : List.of(Trials.A, Trials.B, Trials.C)) {
        var name = instance.host();
        servers.put(instance, new Route.Server(name, "127.0.0.1", origins.address(name).getPort()));
      }
      return new Route("app", servers);
    }

    private EdgeProcess started() {
      return switch (EdgeProcess.start(options)) {
        case EdgeProcess.Started.Running(var running) -> running;
        case EdgeProcess.Started.Failed(var reason) -> throw new AssertionError(reason);
      };
    }

    @Override
    public Balancer balancer() {
      return balancer;
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(
          Capability.WEIGHTS,
          Capability.ONE_SHOT_SWITCH,
          Capability.DRAIN_COUNTS,
          Capability.WITNESS,
          Capability.PARKING,
          Capability.COUNTERS,
          Capability.MEANS,
          Capability.TIMES,
          Capability.MATCH,
          Capability.STICKY,
          Capability.MIRROR,
          Capability.COMPARE);
    }

    @Override
    public Memory memory() {
      return Memory.KEEPS;
    }

    @Override
    public Set<Instance> strangers() {
      return Set.of(Trials.STRANGER);
    }

    @Override
    public void goesAway() {
      edge.ifPresent(EdgeProcess::close);
      edge = Optional.empty();
    }

    @Override
    public void restarts() {
      goesAway();
      edge = Optional.of(started());
    }

    @Override
    public void isTakenOver(Epoch epoch) {
      assertThat(EdgeBalancers.takeOver(options.control().toString(), epoch))
          .isInstanceOf(EdgeBalancers.Answered.Said.class);
    }

    @Override
    public void falls(Instance instance) {
      origins.stop(instance.host());
    }

    @Override
    public Open begin() {
      return origins.begin(port);
    }

    @Override
    public int port() {
      return port;
    }

    @Override
    public Origins origins() {
      return origins;
    }

    @Override
    public void close() {
      goesAway();
      origins.close();
    }
  }
}
