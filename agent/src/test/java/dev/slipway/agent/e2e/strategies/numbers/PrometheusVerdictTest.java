package dev.slipway.agent.e2e.strategies.numbers;

import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.PrometheusFixture;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the Prometheus that an environment names judges a canary, and one that is gone lets nothing
 * pass and condemns nobody.
 *
 * <p>Method: a real agent, pushes, the edge, requests without a pause, and a real Prometheus.
 */
@Timeout(300)
final class PrometheusVerdictTest {

  @TempDir private Path directory;
  @TempDir private Path data;
  private PrometheusFixture prometheus;

  @BeforeEach
  void start() {
    prometheus = PrometheusFixture.in(data, "127.0.228.200").scraping(List.of()).start();
  }

  @AfterEach
  void stop() {
    prometheus.close();
  }

  /** The value of the query is what the test says, so that only what follows from it is tested. */
  private World world(String value) {
    String canary =
        """
        canary: {steps: [{setWeight: 20}, {pause: {duration: 3s}}],
          analysis: {interval: 500ms, onInconclusive: {extend: 0s, then: abort},
            metrics: [{name: told, query: "vector(%s)", thresholdRange: {max: 1}}]}}
        """
            .formatted(value);
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.0.228");
    return new World(directory, fleet, Origin.byFile(directory.resolve("git")))
        .behind(Front.edge(directory))
        .environment("metrics: {prometheus: {url: \"%s\"}}".formatted(prometheus.url()))
        .strategy(canary.replaceAll("\\s*\n\\s*", " ").strip())
        .describe()
        .start();
  }

  private static RolloutStatus underLoad(World world, Runnable meanwhile) {
    try (LoadClient load = world.load()) {
      awaitMany(load);
      String push = world.push("2", SOUND);
      await().atMost(PATIENCE).until(() -> load.report().byVersion().containsKey("2"));
      meanwhile.run();
      RolloutStatus ended = world.ended(push);
      LoadReport report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      return ended;
    }
  }

  @Test
  void aNumberThatIsBadTakesTheCanaryBack() {
    try (var world = world("2")) {
      release(world, "1");
      RolloutStatus bad = underLoad(world, () -> {});
      assertThat(bad.ending()).as(bad.toString()).contains("rolled back");
      assertThat(bad.reason()).contains("told 2, at most 1");
      assertThat(world.status().conditions()).extracting("type").contains("Quarantined");
    }
  }

  @Test
  void aNumberThatIsGoodLetsItPass() {
    try (var world = world("1")) {
      release(world, "1");
      RolloutStatus good = underLoad(world, () -> {});
      assertThat(good.ending()).as(good.toString()).contains("succeeded");
    }
  }

  @Test
  void aPrometheusThatDiesLetsNothingPassAndCondemnsNobody() {
    try (var world = world("1")) {
      release(world, "1");
      RolloutStatus ended = underLoad(world, prometheus::kill);
      assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
      assertThat(world.status().conditions()).extracting("type").doesNotContain("Quarantined");
    }
  }
}
