package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whichever way a release fails, people are told what it said last, wherever they look.
 *
 * <p>Method: releases that say more than anybody wants to read, with a colour among it, and then
 * end at once, end later, or do nothing.
 */
final class LastLinesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ESCAPE = "\u001b";
  private static final String SAYS =
      """
      #!/bin/sh
      line=0
      while [ $line -lt 60 ]; do
        line=$((line + 1))
        echo "line $line"
      done
      printf '\\033[31mred\\n'
      """;

  @ParameterizedTest
  @ValueSource(strings = {"exit 3", "sleep 1; exit 3", "exec sleep 300"})
  void theLastLinesAreToldInHistoryInGitAndInStatus(String end, @TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.129").describe().start()) {
      assertThat(world.release("1", new Behaviour.Sound()).ending())
          .isEqualTo(Optional.of("succeeded"));

      RolloutStatus failed = world.ended(push(world, SAYS + end + "\n"));

      assertThat(failed.ending()).as(failed.reason()).isEqualTo(Optional.of("rolled back"));
      assertThat(failed.log().lines())
          .hasSizeLessThanOrEqualTo(50)
          .contains("line 60")
          .doesNotContain("line 1");
      assertThat(failed.log()).endsWith("[31mred").doesNotContain(ESCAPE);
      assertThat(world.history().getFirst().log()).isEqualTo(failed.log());
      Typed watched = world.type("status", "-w", "shop");
      assertThat(watched.exitCode()).isEqualTo(ExitCode.ROLLED_BACK);
      assertThat(watched.out()).contains("    | line 60\n", "[31mred\n").doesNotContain(ESCAPE);
      await().atMost(PATIENCE).untilAsserted(() -> assertIsInGit(world, failed));
    }
  }

  private static void assertIsInGit(World world, RolloutStatus failed) {
    String number = failed.id().replaceAll(".*#", "");
    assertThat(world.git().git("show", "slipway/status:environments/test/shop.yaml"))
        .contains("line 60", "[31mred");
    assertThat(
            world.git().git("show", "slipway/status:history/test/shop/%s.yaml".formatted(number)))
        .contains("line 60", "[31mred");
  }

  /** Pushes a release whose own script is started; returns the commit. */
  private static String push(World world, String script) {
    world.write("2", new Behaviour.Sound());
    world.checkout().write("releases/shop-2/bin/start", script);
    return world.checkout().commitAndPush("Release shop 2");
  }
}
