package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.web.ApiClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: somebody who has only begun to write a repository learns what is still missing.
 *
 * <p>Method: a real repository that is filled file by file, under an agent that runs all the while.
 */
final class FirstStepsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static String matter(World world) {
    return switch (world.client().repositories()) {
      case ApiClient.Reply.Ok<List<RepositoryStatus>>(var all) ->
          String.join(
              "\n",
              all.stream()
                  .flatMap(one -> one.conditions().stream())
                  .map(Condition::message)
                  .toList());
      case ApiClient.Reply<List<RepositoryStatus>> other -> other.toString();
    };
  }

  private static void awaitMatter(World world, String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(matter(world)).contains(text));
  }

  @Test
  void whatARepositoryStillLacksIsToldOneByOne(@TempDir Path directory) {
    try (var world = new World(directory, 1, "127.0.51").start()) {
      world.git().git("branch", "-m", "main", "elsewhere");
      awaitMatter(world, "has no branch 'main'");

      world.git().git("branch", "-m", "elsewhere", "main");
      awaitMatter(world, "environments/test.yaml:1:1");
      assertThat(matter(world)).contains("slipway.yaml:1:1");

      world.checkout().write("environments/test.yaml", "kind: Environment\n");
      world.checkout().write("slipway.yaml", "kind: Project\nmetadata: {name: test}\n");
      world.checkout().commitAndPush("Begin");
      awaitMatter(world, "slipway.yaml:1:1");
      assertThat(matter(world)).contains("environments/test.yaml:1:1");

      world.describe();
      assertThat(world.release("1", new Behaviour.Sound()).ending())
          .isEqualTo(Optional.of("succeeded"));
      assertThat(matter(world)).isEmpty();
    }
  }

  @Test
  void whatIsAskedForNoMoreIsToldAfterARestartToo(@TempDir Path directory) {
    try (var world = new World(directory, 1, "127.0.52").describe().start()) {
      world.release("1", new Behaviour.Sound());
      world.stopAgent();
      world.checkout().delete("slipway.yaml");
      world.checkout().commitAndPush("Take it all away");
      world.start();

      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> world.status().phase() == Phase.SOURCE_MISSING);
      world.assertEverywhere("1");
    }
  }
}
