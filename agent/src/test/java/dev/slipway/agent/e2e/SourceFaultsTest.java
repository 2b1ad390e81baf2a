package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.web.ApiClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: whatever happens to the repository, what runs keeps running, and people learn why.
 *
 * <p>Method: real pushes of every unkind sort, to an agent with two local hosts and no balancer.
 */
final class SourceFaultsTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Person ADA = new Person("ada", "it is slow");

  private static World deployed(Path directory, String network) {
    var world = new World(directory, 2, network).describe().start();
    assertThat(world.release("1", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
    world.assertEverywhere("1");
    return world;
  }

  private static void awaitCondition(World world, String type) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> world.status().conditions().stream().map(Condition::type).anyMatch(type::equals));
  }

  private static void awaitPhase(World world, Phase phase) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> world.status().phase() == phase);
  }

  @Test
  void fault24RewrittenHistoryStopsUntilAPersonAcceptsIt(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.31")) {
      String before = world.checkout().head();
      world.release("2", SOUND);
      world.checkout().rewindTo(before).forcePush();
      String rewritten = world.push("3", SOUND);

      awaitCondition(world, "HistoryRewritten");
      assertThat(world.versions()).containsOnly("2");

      assertThat(world.client().accept("config", "main", ADA))
          .isInstanceOf(ApiClient.Reply.Ok.class);
      assertThat(world.ended(rewritten).ending()).isEqualTo(Optional.of("succeeded"));
      world.assertEverywhere("3");
    }
  }

  @Test
  void fault28ADeletedBranchStopsNothing(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.32")) {
      world.git().git("branch", "-m", "main", "gone");

      awaitCondition(world, "Source");
      assertThat(world.versions()).containsOnly("1");
      assertThat(world.client().status()).isInstanceOf(ApiClient.Reply.Ok.class);
    }
  }

  @Test
  void fault29AnInvalidManifestIsToldWithItsLineAndTheNextOneIsTaken(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.33")) {
      world.checkout().write("apps/shop.yaml", "apiVersion: slipway.dev/v1alpha1\nkind: Shop\n");
      world.checkout().commitAndPush("Break the manifest");

      awaitPhase(world, Phase.INVALID);
      assertThat(world.status().conditions())
          .anySatisfy(condition -> assertThat(condition.message()).contains("apps/shop.yaml:2:"));

      assertThat(world.release("2", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
      world.assertEverywhere("2");
    }
  }

  @Test
  void aRollbackActsAtOnceAndHoldsUntilGitFollows(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.34")) {
      String second = world.push("2", SOUND);
      world.ended(second);

      assertThat(world.client().act(World.SHOP, "rollback", ADA))
          .isInstanceOf(ApiClient.Reply.Ok.class);
      world.assertEverywhere("1");
      awaitCondition(world, "Pinned");
      awaitPhase(world, Phase.HELD);

      world.checkout().revert(second);
      world.checkout().push();
      awaitPhase(world, Phase.HEALTHY);
      assertThat(world.status().conditions()).isEmpty();
      world.assertEverywhere("1");
    }
  }

  @Test
  void anAbortGoesBackAndTheReleaseIsHeldUntilARetry(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.35")) {
      String slow = world.push("2", new Behaviour.StartsSlowly(Duration.ofSeconds(4)));
      awaitPhase(world, Phase.PROGRESSING);
      await()
          .atMost(PATIENCE)
          .until(
              () -> world.client().act(World.SHOP, "abort", ADA) instanceof ApiClient.Reply.Ok<?>);

      RolloutStatus aborted = world.ended(slow);
      assertThat(aborted.ending()).isEqualTo(Optional.of("aborted"));
      world.assertEverywhere("1");
      awaitPhase(world, Phase.HELD);

      assertThat(world.client().act(World.SHOP, "retry", ADA))
          .isInstanceOf(ApiClient.Reply.Ok.class);
      awaitPhase(world, Phase.HEALTHY);
      world.assertEverywhere("2");
    }
  }
}
