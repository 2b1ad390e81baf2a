package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.haproxy.HaproxyBalancers;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Goal: a release can be judged by HAProxy alone. Method: the contract on a real HAProxy. */
class HaproxyCountsTest extends MetricSourceContract {
  @Override
  protected Measured open(Path directory) {
    return new Counting(directory);
  }

  private static final class Counting implements Measured {
    private final Apps apps = new Apps("127.0.200.1", A, B);
    private final Machines machines = Machines.open(Optional.empty());
    private final HaproxyFixture haproxy;
    private final Front front;

    Counting(Path directory) {
      haproxy = HaproxyFixture.in(directory).backend("be_shop", server("a", A), server("b", B));
      haproxy.start();
      var spec = new BalancerSpec.Haproxy("front", List.of(), haproxy.socket().toString());
      var balancer = HaproxyBalancers.open(spec, Front.route(apps), machines, Become.NONE);
      front = new Front(balancer.getFirst(), haproxy.port("be_shop"));
    }

    private String server(String name, Instance instance) {
      return "server %s %s".formatted(name, apps.target(instance));
    }

    @Override
    public MetricSource source() {
      return MetricSources.ofBalancers(List.of(front.balancer()), InstantSource.system());
    }

    @Override
    public boolean tells(Measure measure) {
      return !(measure instanceof Measure.Latency);
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
    public void goesAway() {
      haproxy.kill();
    }

    @Override
    public void returns() {
      haproxy.start();
    }

    @Override
    public void close() {
      machines.close();
      haproxy.close();
      apps.close();
    }
  }
}
