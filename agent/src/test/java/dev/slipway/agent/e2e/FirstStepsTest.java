package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
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

  @Test
  void whatIsAskedForNoMoreCanBeForgottenAndRunsOn(@TempDir Path directory) {
    try (var world = new World(directory, 1, "127.0.59").describe().start()) {
      world.release("1", new Behaviour.Sound());
      Typed tooEarly = world.type("forget", "shop");
      assertThat(tooEarly.exitCode()).isEqualTo(ExitCode.CONFLICT);
      assertThat(tooEarly.err()).contains("environments/test.yaml of config lists it");

      world.checkout().delete("environments/test.yaml");
      String gone = world.checkout().commitAndPush("Take it away");
      Typed unasked =
          world.type("status", "--timeout", "60s", "--revision", gone, "config/test/shop");
      assertThat(unasked.exitCode()).isEqualTo(ExitCode.CONFLICT);
      assertThat(unasked.out()).contains("not asked for");
      world.awaitPhase(Phase.SOURCE_MISSING);
      world.assertEverywhere("1");

      Typed forgotten = world.type("forget", "-m", "it moved", "shop");
      assertThat(forgotten.err()).isEmpty();
      assertThat(forgotten.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(forgotten.out()).contains("left alone", "web1/current  1@");
      assertThat(world.answers()).containsExactly("1");
      world.stopAgent();
      world.start();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(world.git().git("ls-tree", "-r", "--name-only", "slipway/status"))
                  .doesNotContain("environments/test/shop.yaml")
                  .contains("history/test/shop/1.yaml"));
      assertThat(world.type("status").out()).doesNotContain("shop");

      world.checkout().revert(gone);
      world.checkout().push();
      world.awaitPhase(Phase.HEALTHY);
      assertThat(world.history())
          .as("the release was found running, and not sent again")
          .hasSize(1);
    }
  }
}
