package dev.slipway.agent.e2e.strategies;

import static dev.slipway.agent.e2e.strategies.Expectations.MANY;
import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: requests are switched to slots that were proven, back to slots that are still warm, and
 * none is lost on either way.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots, and requests without a pause
 * through the edge, HAProxy and nginx.
 */
@Timeout(300)
final class BlueGreenTest {

  @TempDir private Path directory;

  private World world(Kind kind, String network, String delay) {
    return described(kind, network, "blueGreen: {scaleDownDelay: %s}".formatted(delay));
  }

  private World described(Kind kind, String network, String strategy) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, network);
    var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
    return world.behind(kind.front(directory, fleet)).strategy(strategy).describe().start();
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#first")
  void allRequestsAreSwitchedAndTheFormerSlotsAreStopped(Kind kind) {
    try (var world = world(kind, "127.0.191", "1s")) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        awaitMany(load);
        release(world, "2");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "2");
      assertThat(world.status().instances())
          .filteredOn(instance -> instance.release().startsWith("1@"))
          .hasSize(2)
          .allSatisfy(instance -> assertThat(instance.health()).isEqualTo("stopped"));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#second")
  void aReleaseThatIsNotHealthyGetsNoRequest(Kind kind) {
    try (var world = world(kind, "127.0.192", "1s")) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        awaitMany(load);
        RolloutStatus ended = world.release("2", new Behaviour.Unhealthy());
        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1");
      assertServes(world, "1");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#third")
  void aRevertWhileTheFormerSlotsAreWarmIsOneSwitchAndSendsNothing(Kind kind) {
    try (var world = world(kind, "127.0.193", "10m")) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        awaitMany(load);
        String push = world.push("2", SOUND);
        await()
            .atMost(PATIENCE)
            .until(() -> load.report().byVersion().getOrDefault("2", 0L) > MANY);

        String revert = world.checkout().revert(push);
        world.checkout().push();
        RolloutStatus back = world.ended(revert);

        assertThat(back.ending()).as(back.toString()).contains("succeeded");
        assertThat(back.bytesSent()).isZero();
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "1");
    }
  }

  /** That requests come at all is called bad here, so that the balancer's own counts decide. */
  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#first")
  void aReleaseWithBadNumbersIsTakenBackByItsBalancersCounts(Kind kind) {
    String judged =
        """
        blueGreen: {scaleDownDelay: 5m, postPromotionAnalysis: {interval: 500ms, metrics: [\
        {name: error-rate, provider: balancer}, \
        {name: requests, provider: balancer, thresholdRange: {max: 200}}]}}
        """
            .strip();
    try (var world = described(kind, "127.0.194", judged)) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        awaitMany(load);
        RolloutStatus ended = world.release("2", SOUND);
        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        assertThat(ended.toString()).contains("requests, at most 200");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "1");
    }
  }
}
