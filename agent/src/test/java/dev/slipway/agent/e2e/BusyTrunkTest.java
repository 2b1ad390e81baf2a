package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: with {@code onNewRevision: finish} a busy trunk gets its rollouts done, and a revert is
 * never made to wait for one.
 *
 * <p>Method: a release that starts slowly, and pushes meanwhile.
 */
final class BusyTrunkTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PATIENT =
      "{path: /up, interval: 100ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 500ms, healthyDeadline: 5m}";

  private static World deployed(Path directory, String network) {
    var world =
        new World(directory, 2, network).onNewRevision("finish").health(PATIENT).describe().start();
    assertThat(world.release("1", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
    return world;
  }

  private static List<String> history(World world) {
    return world.history().stream()
        .map(one -> one.to().replaceAll("@.*", "") + " " + one.ending().orElse("under way"))
        .toList();
  }

  @Test
  void aRunningRolloutEndsFirstAndOnlyTheNewestFollows(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.127")) {
      world.push("2", new Behaviour.StartsSlowly(Duration.ofSeconds(8)));
      world.awaitPhase(Phase.PROGRESSING);
      world.push("3", SOUND);
      world.push("4", SOUND);
      String newest = world.push("5", SOUND);

      RolloutStatus ended = world.ended(newest);

      assertThat(ended.ending()).isEqualTo(Optional.of("succeeded"));
      world.assertEverywhere("5");
      assertThat(history(world)).containsExactly("5 succeeded", "2 succeeded", "1 succeeded");
    }
  }

  @Test
  void aRevertSupersedesAllTheSame(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.128")) {
      String slow = world.push("2", new Behaviour.StartsSlowly(Duration.ofSeconds(25)));
      world.awaitPhase(Phase.PROGRESSING);

      String revert = world.checkout().revert(slow);
      world.checkout().push();

      await().atMost(PATIENCE).until(() -> history(world).contains("2 superseded"));
      assertThat(world.ended(revert).ending()).isEqualTo(Optional.of("succeeded"));
      world.assertEverywhere("1");
      assertThat(history(world)).containsExactly("1 succeeded", "2 superseded", "1 succeeded");
    }
  }
}
