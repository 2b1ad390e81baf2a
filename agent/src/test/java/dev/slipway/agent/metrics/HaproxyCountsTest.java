package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Spent;
import dev.slipway.agent.balancer.haproxy.HaproxyBalancers;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Goal: a release can be judged by HAProxy alone. Method: the contract on a real HAProxy. */
class HaproxyCountsTest extends CountsContract<HaproxyCountsTest.Counting> {
  @Override
  protected Counting open(Path directory) {
    return new Counting(directory);
  }

  @Test
  void whatAnInstanceDidNotAnswerIsItsErrorThoughAnotherOneAnswered() {
    subject().ask(A, 1, 0);
    var ofA = watch(ERROR_RATE, A);
    subject().bothServe();
    subject().apps.close();

    var statuses = IntStream.range(0, 4).map(_ -> subject().front.status("/")).boxed().toList();

    assertThat(statuses).containsOnly(503);
    assertThat(ofA.read())
        .isInstanceOfSatisfying(
            Reading.Value.class,
            read -> {
              assertThat(read.value()).isEqualTo(1);
              assertThat(read.samples().orElseThrow()).isPositive();
            });
  }

  @Test
  void aReloadIsABeginningAndNoFallOfTheCounts() {
    subject().ask(A, 30, 10);
    var ofA = watch(ERROR_RATE, A);
    subject().ask(A, 1, 1);
    assertThat(ofA.read()).isEqualTo(value(0.5, 2));

    subject().haproxy.reload();
    assertThat(ofA.read()).isEqualTo(value(0.5, 2));

    subject().ask(A, 2, 0);
    assertThat(ofA.read()).isEqualTo(value(0.25, 4));
  }

  @Test
  void aMeanIsThatOfTheTimeSinceTheWatchBeganThoughHaproxyAveragesWhatWasBefore() {
    subject().ask(A, 600, 0);
    var ofA = watch(MEAN, A);
    subject().front.askSlowlyAtOnce(A, (int) Spent.LEAST - 1);
    assertThat(ofA.read()).isInstanceOf(Reading.NoData.class);
    subject().askSlowly(A);
    assertThat(ofA.read())
        .isInstanceOfSatisfying(
            Reading.Value.class,
            slow -> {
              assertThat(slow.value()).isGreaterThan(0.198);
              assertThat(slow.samples()).hasValue(Spent.LEAST);
            });

    var later = watch(MEAN, A);
    subject().ask(A, (int) Spent.LEAST, 0);
    assertThat(later.read())
        .isInstanceOfSatisfying(
            Reading.Value.class, fast -> assertThat(fast.value()).isBetween(0.001, 0.1));
  }

  static final class Counting implements Measured.Hearing {
    private final Apps apps = new Apps("127.0.200.1", A, B);
    private final Machines machines = Machines.open(Optional.empty());
    private final HaproxyFixture haproxy;
    private final Front front;

    Counting(Path directory) {
      haproxy = HaproxyFixture.in(directory).backend("be_shop", server("a", A), server("b", B));
      haproxy.asMasterWorker().start();
      var spec = new BalancerSpec.Haproxy("front", List.of(), haproxy.socket().toString());
      var balancer = HaproxyBalancers.open(spec, Front.route(apps), machines, Become.NONE);
      front = new Front(balancer.getFirst(), haproxy.port("be_shop"));
    }

    private String server(String name, Instance instance) {
      return "server %s %s".formatted(name, apps.target(instance));
    }

    void bothServe() {
      var both = Map.of(A, MemberState.SERVING, B, MemberState.SERVING);
      assertThat(front.balancer().make(Traffic.stable(both), EPOCH)).isInstanceOf(Answer.Now.class);
    }

    @Override
    public MetricSource source() {
      return MetricSources.ofBalancers(List.of(front.balancer()), InstantSource.system());
    }

    @Override
    public boolean tells(Measure measure) {
      return !(measure instanceof Measure.Latency) && !measure.equals(ownQuery());
    }

    @Override
    public boolean tellsOfFew(Measure measure) {
      return tells(measure) && !measure.equals(MEAN);
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
