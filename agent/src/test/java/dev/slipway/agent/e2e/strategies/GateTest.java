package dev.slipway.agent.e2e.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
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
 * Goal: nobody meets a release before it is approved, by command or by commit, and no request is
 * lost when it is.
 *
 * <p>Method: a real agent, pushes and commands, two local hosts behind the edge, and requests
 * without a pause.
 */
@Timeout(120)
final class GateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final int MANY = 300;

  @TempDir private Path directory;

  private World world() {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.0.210");
    var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
    return world
        .behind(Front.edge(directory))
        .strategy("blueGreen: {scaleDownDelay: 0s, approval: {minApproverNum: 2}}")
        .describe()
        .start();
  }

  /** Waits until the gate says this, and sees many more requests that the former one answers. */
  private static void assertWaits(World world, LoadClient load, String soFar) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(world.type("status").out()).contains(soFar));
    long before = load.report().sent();
    await().atMost(PATIENCE).until(() -> load.report().sent() > before + MANY);
    assertThat(load.report().byVersion()).containsOnlyKeys("1");
  }

  @Test
  void nobodyMeetsAReleaseBeforeItIsApproved() {
    try (var world = world()) {
      assertThat(world.release("1", SOUND).ending()).contains("succeeded");
      try (var load = world.load()) {
        String push = world.push("2", SOUND);
        assertWaits(world, load, "nobody has approved yet; 'slipway approve config/test/shop'");

        Typed approved = world.type("approve", "shop", "--as", "ada", "-m", "looks good");
        assertThat(approved.exitCode()).as("%s", approved).isZero();
        assertThat(approved.out()).contains("ada approves 'promotion': 1 of 2, 1 to go");
        assertWaits(world, load, "approved by ada; ");
        world.checkout().write("NOTES", "2 was looked at\n");
        world.checkout().commitAndPush("Let 2 go live\n\nSlipway-Approve: 2");

        RolloutStatus ended = world.ended(push);
        assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
        assertThat(world.type("approve", "shop").exitCode()).isEqualTo(ExitCode.CONFLICT);
        LoadReport report = load.stop();
        assertThat(report.lost()).as(report.render()).isZero();
      }
    }
  }
}
