package dev.slipway.agent.e2e.strategies.numbers;

import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a program that the agent's own file names judges a release; one that is gone keeps the
 * rollout from starting.
 *
 * <p>Method: a real agent, pushes, the edge, and a script that condemns one version.
 */
@Timeout(300)
final class CommandVerdictTest {
  private static final String BLUE_GREEN =
      "blueGreen: {scaleDownDelay: 0s, prePromotionAnalysis: {interval: 200ms, metrics:"
          + " [{name: told, command: teller, pointer: /value, thresholdRange: {max: 1}}]}}";

  private static final String TELLER =
      """
      #!/bin/sh
      [ "$SLIPWAY_RELEASE" = 3 ] && echo '{"value": 2}' || echo '{"value": 1}'
      """;

  @TempDir private Path directory;

  @Test
  void aProgramJudgesAReleaseAndOneThatIsGoneStartsNothing() throws IOException {
    Path teller = directory.resolve("teller");
    Files.writeString(teller, TELLER);
    assertThat(teller.toFile().setExecutable(true)).isTrue();
    var fleet =
        LocalFleet.withSlots(directory.resolve("srv"), 2, "127.1.75")
            .allowing("commands: [{name: teller, run: [\"%s\"]}]".formatted(teller));
    try (var world =
        new World(directory, fleet, Origin.byFile(directory.resolve("git")))
            .behind(Front.edge(directory))
            .strategy(BLUE_GREEN)
            .describe()
            .start()) {
      release(world, "1");
      release(world, "2");
      RolloutStatus bad = world.release("3", SOUND);
      assertThat(bad.ending()).as(bad.toString()).contains("rolled back");
      assertThat(bad.reason()).contains("told 2, at most 1");
      assertServes(world, "2");

      Files.delete(teller);
      world.push("4", SOUND);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(world.status().conditions().toString())
                  .contains("told: %s is no program that the agent may run".formatted(teller)));
      assertServes(world, "2");
    }
  }
}
