package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: {@code slipway rollback} goes back at once, whatever Git does, and Git follows if it can.
 *
 * <p>Method: the real command against a real agent with two local hosts, and a Git server that
 * moves on, refuses, or is gone.
 */
final class RollbackTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ADA = "Ada <ada@example.org>";

  private static World on(Path directory, String network) {
    var world = new World(directory, 2, network).describe().overHttp().start();
    assertThat(world.release("1", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
    return world;
  }

  private static Typed rollBack(World world, String... options) {
    return world.type("rollback", words(options));
  }

  private static String[] words(String... options) {
    var words = new java.util.ArrayList<>(List.of("shop", "-m", "it is slow", "--as", ADA));
    words.addAll(List.of(options));
    return words.toArray(String[]::new);
  }

  private static void awaitPhase(World world, Phase phase) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> world.status().phase() == phase);
  }

  private static List<RolloutStatus> history(World world) {
    return switch (world.client().history(World.SHOP, 20)) {
      case Reply.Ok<List<RolloutStatus>>(var rollouts) -> rollouts;
      case Reply<List<RolloutStatus>> other -> throw new AssertionError(other);
    };
  }

  @Test
  void theBranchFollowsWithARevertCommitThatIsNotRolledAgain(@TempDir Path directory) {
    try (var world = on(directory, "127.0.51")) {
      String second = world.push("2", SOUND);
      world.ended(second);
      String moved = world.checkout().write("NOTES", "unrelated\n").commitAndPush("Take notes");

      Typed typed = rollBack(world);

      assertThat(typed.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(typed.out()).contains("going back from 2@", "follows with revert commit");
      assertThat(typed.err()).isEmpty();
      world.assertEverywhere("1");
      awaitPhase(world, Phase.HEALTHY);
      assertThat(world.status().conditions()).isEmpty();
      assertThat(world.git().commitOf("main^")).isEqualTo(moved);
      assertThat(world.git().git("log", "-1", "--format=%an|%ae|%B", "main").strip())
          .isEqualTo(
              """
              Ada|ada@example.org|Revert "Release shop 2"

              Rolled back by %s: it is slow

              This reverts commit %s.\
              """
                  .formatted(ADA, second));
      assertThat(history(world)).extracting(RolloutStatus::bytesSent).hasSize(3).startsWith(0L);
    }
  }

  @Test
  void aRollbackThatAnAgentPromisedAndDidNotBeginIsDoneByTheNextOne(@TempDir Path directory) {
    try (var world = on(directory, "127.0.66")) {
      assertThat(world.release("2", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
      world.stopAgent();
      promise(world);

      world.start();

      awaitPhase(world, Phase.HELD);
      world.assertEverywhere("1");
    }
  }

  /** Writes what an agent writes before it answers, as if it had been killed right after that. */
  private static void promise(World world) {
    switch (Journals.open(world.state(), Waiter.wallClock())) {
      case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
      case Journals.Opened.Ready(var journal) -> {
        try (journal) {
          var releases = journal.history(World.SHOP, 2);
          journal.append(
              List.of(
                  new Event.Quarantined(World.SHOP, releases.getFirst().delivery().id(), "slow"),
                  new Event.Pinned(
                      World.SHOP, releases.getLast().delivery().id(), ADA, "it is slow")));
        }
      }
    }
  }

  @Test
  void aProtectedBranchIsLeftToThePersonAndTheRollbackHolds(@TempDir Path directory) {
    try (var world = on(directory, "127.0.52")) {
      String second = world.push("2", SOUND);
      world.ended(second);
      world.git().protect("refs/heads/main");

      Typed typed = rollBack(world);

      assertThat(typed.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(typed.out()).contains("going back from 2@");
      assertThat(typed.err()).contains("refs/heads/main", "git revert " + second);
      world.assertEverywhere("1");
      awaitPhase(world, Phase.HELD);
      assertThat(world.git().commitOf("main")).isEqualTo(second);

      assertThat(rollBack(world).exitCode()).isEqualTo(ExitCode.CONFLICT);
      world.git().unprotect();
      world.checkout().revert(second);
      world.checkout().push();
      awaitPhase(world, Phase.HEALTHY);
    }
  }

  /** The three ways in which an agent reaches Git. */
  enum Way {
    FILE,
    HTTP,
    SSH
  }

  private static World reached(Way way, Path directory, String network) {
    return switch (way) {
      case FILE -> new World(directory, 2, network);
      case HTTP -> new World(directory, 2, network).overHttp();
      case SSH -> World.local(directory, 2, network, Origin.overSsh(directory));
    };
  }

  @ParameterizedTest
  @EnumSource
  void itWorksWithTheGitServerGone(Way way, @TempDir Path directory) {
    try (var world = reached(way, directory, "127.0.53").describe().start()) {
      world.release("1", SOUND);
      String second = world.push("2", SOUND);
      world.ended(second);
      world.loseGit();

      Typed typed = rollBack(world);

      assertThat(typed.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(typed.err()).contains("no revert commit was pushed", "git revert " + second);
      world.assertEverywhere("1");
      awaitPhase(world, Phase.HELD);
      assertThat(world.type("status", "shop").out()).contains("held on 1@", ADA + ": it is slow");
    }
  }

  @Test
  void aReleaseThatWasStableIsGoneBackToByItsName(@TempDir Path directory) {
    try (var world = on(directory, "127.0.130")) {
      world.release("2", SOUND);
      world.release("3", SOUND);

      Typed unknown = rollBack(world, "--to", "4");
      assertThat(unknown.exitCode()).isEqualTo(ExitCode.CONFLICT);
      assertThat(unknown.err()).contains("'4'", "there are: 2@", ", 1@");
      assertThat(rollBack(world, "--to", "3").exitCode()).isEqualTo(ExitCode.CONFLICT);
      assertThat(world.versions()).containsOnly("3");

      assertThat(rollBack(world, "--to", "1").out())
          .contains("going back from 3@", "to 1@", "follows with revert commit");
      world.assertEverywhere("1");
      awaitPhase(world, Phase.HEALTHY);
      assertThat(world.git().git("show", "main:apps/shop.yaml")).contains("version: \"1\"");
    }
  }

  @Test
  void aBranchThatIsToStayIsLeftAlone(@TempDir Path directory) {
    try (var world = on(directory, "127.0.54")) {
      String second = world.push("2", SOUND);
      world.ended(second);

      assertThat(rollBack(world, "--no-revert").exitCode()).isEqualTo(ExitCode.OK);

      world.assertEverywhere("1");
      awaitPhase(world, Phase.HELD);
      assertThat(world.git().commitOf("main")).isEqualTo(second);
    }
  }

  @Test
  void aRolloutUnderWayIsTurnedAndItsCommitReverted(@TempDir Path directory) {
    try (var world = on(directory, "127.0.55")) {
      String slow = world.push("2", new Behaviour.StartsSlowly(Duration.ofSeconds(6)));
      awaitPhase(world, Phase.PROGRESSING);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(rollBack(world).out())
                  .contains("last stable", "follows with revert commit"));

      world.assertEverywhere("1");
      awaitPhase(world, Phase.HEALTHY);
      assertThat(world.git().subjects("main")).startsWith("Revert \"Release shop 2\"");
      assertThat(world.git().commitOf("main^")).isEqualTo(slow);
    }
  }
}
