package dev.slipway.agent.e2e.strategies;

import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a release meets copies of real requests, and users meet it only if its numbers are good.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots behind the edge, requests
 * without a pause; each answer says which release gave it.
 */
@Timeout(300)
final class ShadowTest {
  /** So slow that one user who waited for it would be told from all others. */
  private static final Duration HANGING = Duration.ofSeconds(6);

  @TempDir private Path directory;

  private static String judged(String duration) {
    return """
    shadow: {duration: %s, scaleDownDelay: 1s, analysis: {interval: 500ms, metrics: [\
    {name: error-rate, provider: balancer}, {name: latency-p99, provider: balancer, \
    thresholdRange: {max: 2s}}, {name: requests, provider: balancer}]}}\
    """
        .formatted(duration);
  }

  private World world(String network, String duration) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, network);
    var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
    return world.behind(Front.edge(directory)).strategy(judged(duration)).describe().start();
  }

  @Test
  void aGoodReleaseTakesOverAfterItsCopiesAndNoRequestIsLost() {
    try (var world = world("127.0.229", "2s")) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        awaitMany(load);
        assertThat(world.release("2", SOUND).ending()).contains("succeeded");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "2");
    }
  }

  private static String compared() {
    return """
    shadow: {duration: 2s, scaleDownDelay: 1s, compare: {ignoreFields: [/version]}, \
    analysis: {interval: 500ms, metrics: [{name: difference-rate, provider: balancer}]}}\
    """;
  }

  /** What a release says of itself is JSON with its version, and with what is broken if it is. */
  @Test
  void aReleaseWhoseAnswersDifferIsTurnedAwayUnlessTheyDifferInWhatIsIgnored() {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.1.47");
    Front edge = Front.edge(directory);
    var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
    try (world) {
      world.behind(edge).strategy(compared()).describe().start();
      release(world, "1");
      LoadReport report;
      try (var load =
          LoadClient.start(LoadPlan.against(edge.address()).withPath("/status"), Waiter.system())) {
        awaitMany(load);
        release(world, "2");
        RolloutStatus ended = world.release("3", new Behaviour.FailsSmokeTests());
        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        assertThat(ended.reason()).contains("difference-rate");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "2");
    }
  }

  private LoadReport takenBack(World world, Behaviour behaviour, String metric) {
    release(world, "1");
    try (var load = world.load()) {
      awaitMany(load);
      RolloutStatus ended = world.release("2", behaviour);
      assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
      assertThat(ended.reason()).contains(metric);
      assertServes(world, "1");
      return stopped(load);
    }
  }

  @Test
  void aReleaseThatFailsOneCopyInTwentyIsTakenBackAndNobodySawIt() {
    try (var world = world("127.0.230", "10m")) {
      LoadReport report = takenBack(world, new Behaviour.FailsOneIn(20), "error-rate");

      assertThat(report.byVersion()).containsOnlyKeys("1");
      assertThat(report.byStatus()).containsOnlyKeys(200);
    }
  }

  @Test
  void nobodyWaitsForAReleaseThatHangs() {
    try (var world = world("127.0.231", "10m")) {
      LoadReport report = takenBack(world, new Behaviour.AnswersSlowly(HANGING), "latency-p99");

      assertThat(report.byVersion()).containsOnlyKeys("1");
      assertThat(report.slowest()).isLessThan(HANGING);
    }
  }
}
