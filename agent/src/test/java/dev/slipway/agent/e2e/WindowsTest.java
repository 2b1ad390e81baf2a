package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Freeze;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: while a window is shut nothing starts, what goes back is not held up, and what waits is
 * rolled when it opens.
 *
 * <p>Method: real pushes and commands to a real agent with two local hosts, within windows that are
 * always shut, and one that opens while the test looks.
 */
final class WindowsTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final String ADA = "Ada <ada@example.org>";

  private static World deployed(Path directory, String network) {
    var world = new World(directory, 2, network).describe().start();
    assertThat(world.release("1", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
    return world;
  }

  private static String[] back(String... options) {
    var words = new ArrayList<>(List.of("shop", "-m", "slow", "--as", ADA));
    words.addAll(List.of(options));
    return words.toArray(String[]::new);
  }

  /** A window that began in the minute before and is over so long from now. */
  private static String opening(Duration left) {
    Instant now = Waiter.wallClock().instant();
    Instant start = now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(1));
    var local = start.atZone(ZoneOffset.UTC);
    return "syncWindows: [{kind: deny, schedule: \"%d %d * * *\", duration: %ds}]"
        .formatted(
            local.getMinute(),
            local.getHour(),
            Duration.between(start, now.plus(left)).toSeconds());
  }

  @Test
  void theNewestOfWhatWaitsIsRolledWhenTheWindowOpensWithoutAPush(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.121")) {
      world.environment(opening(Duration.ofSeconds(40))).redescribe("Freeze for a moment");
      world.push("2", SOUND);
      String newest = world.push("3", SOUND);

      Freeze.awaitWindow(world, "Waits");
      assertThat(world.status().phase()).isEqualTo(Phase.DEGRADED);
      assertThat(world.versions()).containsOnly("1");
      assertThat(world.type("status", "shop").out()).contains("waits for the window, opens at 20");
      assertThat(world.type("plan", "shop").out()).contains("note: waits for the window, opens at");

      assertThat(world.ended(newest).ending()).isEqualTo(Optional.of("succeeded"));
      world.assertEverywhere("3");
      assertThat(world.history())
          .extracting(rollout -> rollout.to().replaceAll("@.*", ""))
          .containsExactly("3", "1");
    }
  }

  @Test
  void aRollbackPassesAShutWindowWithoutGitAndHoldsWhatWaitsToo(@TempDir Path directory)
      throws IOException {
    try (var world = deployed(directory, "127.0.122")) {
      world.release("2", SOUND);
      Freeze.shut(world);
      world.push("3", SOUND);
      Freeze.awaitWindow(world, "Waits");
      Path away = Files.move(world.git().repository(), directory.resolve("away"));

      Typed typed = world.type("rollback", back());

      assertThat(typed.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(typed.out()).contains("going back from 2@");
      assertThat(typed.err()).contains("git revert");
      world.assertEverywhere("1");
      world.awaitPhase(Phase.HELD);
      assertThat(world.type("status", "shop").out()).contains("held on 1@", ADA + ": slow");

      Files.move(away, world.git().repository());
      Freeze.thaw(world);
      assertThat(world.status().phase()).isEqualTo(Phase.HELD);
      assertThat(world.versions()).containsOnly("1");

      assertThat(world.release("4", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
      world.awaitPhase(Phase.HEALTHY);
      assertThat(world.status().conditions()).isEmpty();
    }
  }

  @Test
  void aRevertInGitPassesAShutWindowAndItsRevertDoesNot(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.123")) {
      String second = world.push("2", SOUND);
      world.ended(second);
      Freeze.shut(world);

      String revert = world.checkout().revert(second);
      world.checkout().push();

      assertThat(world.ended(revert).ending()).isEqualTo(Optional.of("succeeded"));
      world.assertEverywhere("1");
      world.checkout().revert(revert);
      world.checkout().push();
      Freeze.awaitWindow(world, "Waits");
      assertThat(world.versions()).containsOnly("1");
    }
  }

  @Test
  void aReasonInTheCommitOverridesAndIsNamedInStatusAndHistory(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.124")) {
      Freeze.shut(world);

      String urgent = world.push("2", SOUND, "Mend the till\n\nSlipway-Override: nobody can pay\n");

      RolloutStatus ended = world.ended(urgent);
      assertThat(ended.ending()).isEqualTo(Optional.of("succeeded"));
      assertThat(ended.cause().orElseThrow()).endsWith("overriding a window: nobody can pay");
      assertThat(world.type("history", "shop").out())
          .contains("overriding a window: nobody can pay");
      Freeze.awaitWindow(world, "Overridden");
      world.push("3", SOUND);
      Freeze.awaitWindow(world, "Waits");
      assertThat(world.versions()).containsOnly("2");
    }
  }

  @Test
  void aRolloutThatRunsIsFinishedAndANewerCommitWaits(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.125")) {
      String slow = world.push("2", new Behaviour.StartsSlowly(Duration.ofSeconds(5)));
      world.awaitPhase(Phase.PROGRESSING);
      world.environment(Freeze.SHUT).redescribe("Freeze");
      world.push("3", SOUND);

      Freeze.awaitWindow(world, "Waits");
      world.assertEverywhere("2");
      assertThat(world.history())
          .first()
          .satisfies(last -> {
            assertThat(last.revision()).isEqualTo(slow);
            assertThat(last.ending()).isEqualTo(Optional.of("succeeded"));
          });
    }
  }
}
