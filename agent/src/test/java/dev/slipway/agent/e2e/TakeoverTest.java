package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: hosts and the edge obey one agent, and another one only when a person says so.
 *
 * <p>Method: an agent deploys through the edge, loses its state directory, and starts with a new
 * one.
 */
final class TakeoverTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void aSecondStoreIsRefusedUntilAPersonTakesOver(@TempDir Path directory) throws IOException {
    var edge = Front.edge(directory);
    try (var world = new World(directory, 2, "127.0.59").behind(edge).describe().start()) {
      world.release("1", SOUND);
      world.assertEverywhere("1");
      world.stopAgent();
      Files.move(directory.resolve("state"), directory.resolve("lost"));
      world.start();
      world.push("2", SOUND);

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(world.type("status").out()).contains("slipway takeover"));
      assertThat(world.versions()).containsOnly("1");

      Typed typed = world.type("takeover", "-m", "the disk is gone");
      assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.OK);
      assertThat(typed.out()).contains("config/test/shop", "host web1", "host web2", "balancer");
      world.assertEverywhere("2");
    }
  }
}
