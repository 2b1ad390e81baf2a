package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what is no part of a release restarts nothing, and a new host concerns no other. Method:
 * the records of the processes that run, before and after a push.
 */
class ConvergenceTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ENVIRONMENT = "environments/test.yaml";

  @Test
  void otherTimeOutsRestartNothing(@TempDir Path directory) throws IOException {
    try (var world = new World(directory, 2, "127.0.141").behind(Front.edge(directory))) {
      world.describe().start();
      world.release("1", SOUND);
      String before = process(world, 1) + process(world, 2);

      String commit =
          world
              .health("{path: /up, interval: 200ms, timeout: 4s, healthyDeadline: 20s}")
              .stopTimeout("25s")
              .push("1", SOUND);

      awaitAsItShouldBe(world, commit);
      assertThat(process(world, 1) + process(world, 2)).isEqualTo(before);
      assertThat(world.history()).hasSize(1);
    }
  }

  @Test
  void aNewHostIsServedAndNoOtherIsTouched(@TempDir Path directory) throws IOException {
    try (var world = new World(directory, 3, "127.0.142").behind(Front.edge(directory))) {
      world.describe();
      String whole = environment(world);
      world.checkout().write(ENVIRONMENT, whole.replaceAll(" *- \\{name: web3.*\n", ""));
      world.start();
      world.release("1", SOUND);
      String before = process(world, 1) + process(world, 2);
      assertThat(world.status().instances()).hasSize(2);

      try (var load = world.load()) {
        String commit = world.checkout().write(ENVIRONMENT, whole).commitAndPush("Add web3");
        RolloutStatus grown = world.ended(commit);

        assertThat(grown.ending()).as(grown.reason()).isEqualTo(Optional.of("succeeded"));
        awaitAsItShouldBe(world, commit);
        assertThat(world.answers()).containsExactly("1", "1", "1");
        assertThat(process(world, 1) + process(world, 2)).isEqualTo(before);
        assertThat(load.stop().lost()).isZero();
      }
    }
  }

  private static void awaitAsItShouldBe(World world, String commit) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() ->
            world.status().revision().equals(commit) && world.status().phase() == Phase.HEALTHY);
  }

  private static String environment(World world) throws IOException {
    return Files.readString(world.checkout().directory().resolve(ENVIRONMENT));
  }

  /** Returns which process Slipway has started on a host. */
  private static String process(World world, int host) throws IOException {
    return Files.readString(world.srv().resolve("web" + host + "/.slipway/slots/current.run"));
  }
}
