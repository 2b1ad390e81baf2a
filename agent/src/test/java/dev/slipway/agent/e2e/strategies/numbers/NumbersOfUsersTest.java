package dev.slipway.agent.e2e.strategies.numbers;

import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.PrometheusFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.strategies.Kind;
import dev.slipway.agent.e2e.strategies.Watch;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: behind a balancer that counts nothing, a bad release is found out by Prometheus.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots behind nginx, requests without
 * a pause, and a real Prometheus that scrapes what these met.
 */
@Timeout(300)
final class NumbersOfUsersTest {
  private static final String LOST_OF_THE_NEW =
      "sum(increase(users_lost_total[{{window}}]))"
          + " / sum(increase(users_answers_total{version='2'}[{{window}}]))";

  @TempDir private Path directory;
  @TempDir private Path data;
  private UsersNumbers numbers;
  private PrometheusFixture prometheus;

  @BeforeEach
  void start() {
    numbers = new UsersNumbers("127.1.1.201");
    prometheus =
        PrometheusFixture.in(data, "127.1.1.200").scraping(List.of(numbers.target())).start();
  }

  @AfterEach
  void stop() {
    prometheus.close();
    numbers.close();
  }

  private static Stream<Behaviour> bad() {
    return Kind.chosen(List.of(new Behaviour.FailsOneIn(20), new Behaviour.FailsUnderLoad(10)), 0);
  }

  private World world() {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.1.1");
    String canary =
        """
        canary: {steps: [{setWeight: 20}, {pause: {duration: 10m}}], analysis: {interval: 1s, \
        metrics: [{name: lost, query: "%s", thresholdRange: {max: 0.01}}]}}
        """
            .formatted(LOST_OF_THE_NEW);
    Kind nginx = Kind.all().getLast();
    return new World(directory, fleet, Origin.byFile(directory.resolve("git")))
        .behind(nginx.front(directory, fleet))
        .environment("metrics: {prometheus: {url: \"%s\"}}".formatted(prometheus.url()))
        .strategy(canary.strip())
        .describe()
        .start();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aReleaseThatFailsUsersBehindNginxIsTakenBack(Behaviour behaviour) {
    try (var world = world()) {
      release(world, "1");
      try (var load = world.load();
          var watch = Watch.of(load)) {
        numbers.tellOf(load);
        awaitMany(load);
        RolloutStatus ended = world.release("2", behaviour);
        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        assertThat(ended.reason()).contains("lost");
        awaitMany(load);
        LoadReport report = load.stop();

        assertThat(report.lost()).as(report.render()).isEqualTo(report.byStatus().get(500));
        assertServes(world, "1");
        watch.assertMetAtMost("2", 20);
      }
    }
  }
}
