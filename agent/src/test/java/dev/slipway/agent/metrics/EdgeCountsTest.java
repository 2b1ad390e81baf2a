package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.edge.proxy.EdgeOptions;
import dev.slipway.agent.balancer.edge.proxy.EdgeProcess;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Goal: a release can be judged by the edge alone. Method: the contract on a real edge. */
class EdgeCountsTest extends CountsContract<EdgeCountsTest.Counting> {
  @Override
  protected Counting open(Path directory) {
    return new Counting(directory);
  }

  static final class Counting implements Measured.Hearing {
    private final Apps apps = new Apps("127.0.200.1", A, B);
    private final int port = Loopback.freePort();
    private final EdgeOptions options;
    private final Front front;
    private Optional<EdgeProcess> edge;

    Counting(Path directory) {
      options =
          EdgeOptions.of(
              List.of(Loopback.at("127.0.0.1", port)),
              directory.resolve("edge.sock"),
              directory.resolve("edge.json"));
      edge = Optional.of(started());
      var spec = new BalancerSpec.Edge("front", options.control().toString(), Optional.empty());
      front = new Front(EdgeBalancers.open(spec, Front.route(apps)), port);
    }

    private EdgeProcess started() {
      return switch (EdgeProcess.start(options)) {
        case EdgeProcess.Started.Running(var running) -> running;
        case EdgeProcess.Started.Failed(var reason) -> throw new AssertionError(reason);
      };
    }

    @Override
    public MetricSource source() {
      return MetricSources.ofBalancers(List.of(front.balancer()), InstantSource.system());
    }

    @Override
    public boolean tells(Measure measure) {
      return !measure.equals(ownQuery());
    }

    @Override
    public void ask(Instance instance, int good, int bad) {
      front.ask(instance, good, bad);
    }

    @Override
    public void askSlowly(Instance instance) {
      front.askSlowly(instance);
    }

    @Override
    public Measure ownQuery() {
      return new Measure.Custom("up", "");
    }

    @Override
    public void goesAway() {
      edge.ifPresent(EdgeProcess::close);
      edge = Optional.empty();
    }

    @Override
    public void returns() {
      edge = Optional.of(started());
    }

    @Override
    public void close() {
      goesAway();
      apps.close();
    }
  }
}
