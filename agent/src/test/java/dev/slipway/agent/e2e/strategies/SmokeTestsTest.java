package dev.slipway.agent.e2e.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a release that is healthy and does not do what it is there for is found out before any user
 * asks it.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots behind the edge, and requests
 * without a pause.
 */
@Timeout(120)
final class SmokeTestsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MANY = 500;
  private static final String TRIALS =
      """
      warmup: {requests: 20, concurrency: 4}
      smokeTests:
        - path: /status
          expectedHeaders: {Content-Type: application/json}
          json: {pointer: /status, equals: ok}
      """;

  @TempDir private Path directory;

  private World world() {
    var world =
        new World(
            directory,
            LocalFleet.withSlots(directory.resolve("srv"), 2, "127.0.205"),
            Origin.byFile(directory.resolve("git")));
    return world
        .behind(Front.edge(directory))
        .strategy("blueGreen: {scaleDownDelay: 1s}")
        .procedures(TRIALS)
        .describe()
        .start();
  }

  @Test
  void aReleaseThatFailsItsSmokeTestsGetsNoRequestOfUsers() {
    try (var world = world()) {
      assertThat(world.release("1", new Behaviour.Sound()).ending()).contains("succeeded");
      LoadReport report;
      try (var load = world.load()) {
        await().atMost(PATIENCE).until(() -> load.report().sent() > MANY);
        RolloutStatus ended = world.release("2", new Behaviour.FailsSmokeTests());
        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        assertThat(ended.reason())
            .contains("failed a smoke test: GET /status has 'broken' at '/status', expected 'ok'");
        long before = load.report().sent();
        await().atMost(PATIENCE).until(() -> load.report().sent() > before + MANY);
        report = load.stop();
      }

      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.byVersion()).containsOnlyKeys("1");
    }
  }
}
