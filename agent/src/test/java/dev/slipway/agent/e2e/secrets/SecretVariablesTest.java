package dev.slipway.agent.e2e.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.SecretFiles;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a process gets the secrets that its release names, always in their present value, and
 * nobody else gets them. Method: real pushes, secrets that are rotated and lost, and a search
 * through every file that came of it.
 */
@Timeout(400)
class SecretVariablesTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String OLD = "first-Jq7w$5\"x";
  private static final String NEW = "second-Zk3m`9";

  @Test
  void aSecretReachesItsProcessIsRotatedAndStaysAsItIsOnTheWayBack(@TempDir Path directory)
      throws IOException {
    try (var world = new World(directory, 2, "127.0.143").behind(Front.edge(directory))) {
      var secrets = new SecretFiles(directory).put("test/TOKEN", OLD + "\n");
      world.secrets("[TOKEN]").describe().start();
      world.release("1", SOUND);
      world.release("2", SOUND);
      assertThat(variables(world, 1)).contains("TOKEN=" + OLD);
      assertThat(Files.getPosixFilePermissions(file(world, 1)))
          .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));

      try (var load = world.load()) {
        secrets.put("test/TOKEN", NEW);
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> {
              assertThat(world.history()).hasSize(3);
              assertThat(world.status().phase()).isEqualTo(Phase.HEALTHY);
            });
        RolloutStatus rotated = world.history().getFirst();
        assertThat(rotated.ending()).as(rotated.reason()).isEqualTo(Optional.of("succeeded"));
        assertThat(rotated.bytesSent()).isZero();
        assertThat(variables(world, 1)).contains("TOKEN=" + NEW).doesNotContain("TOKEN=" + OLD);
        assertThat(variables(world, 2)).contains("TOKEN=" + NEW);
        assertThat(load.stop().lost()).isZero();
      }

      assertThat(world.type("rollback", "shop", "--no-revert").exitCode()).isZero();
      world.assertEverywhere("1");
      assertThat(variables(world, 1)).contains("TOKEN=" + NEW);
      assertThat(holding(directory, "second-Zk3m"))
          .containsExactly("TOKEN", "current.env", "current.env");
      assertThat(holding(directory, "first-Jq7w")).isEmpty();
    }
  }

  @Test
  void withoutASecretNothingBegins(@TempDir Path directory) {
    try (var world = new World(directory, 1, "127.0.144")) {
      world.secrets("[TOKEN]").describe().start();
      world.push("1", SOUND);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(world.status().conditions())
                  .extracting(Condition::message)
                  .anySatisfy(
                      told -> assertThat(told).contains("secret 'TOKEN' of environment 'test'")));
      assertThat(world.history()).isEmpty();
      assertThat(world.status().phase()).isEqualTo(Phase.INVALID);

      new SecretFiles(directory).put("test/TOKEN", OLD);

      world.assertEverywhere("1");
    }
  }

  private static Path file(World world, int host) {
    return world.srv().resolve("web" + host + "/env/current.env");
  }

  /** Returns the variables of the process that runs, as the kernel knows them. */
  private static List<String> variables(World world, int host) throws IOException {
    Path run = world.srv().resolve("web" + host + "/.slipway/slots/current.run");
    String pid =
        Files.readAllLines(run).stream()
            .filter(line -> line.startsWith("pid "))
            .findFirst()
            .orElseThrow()
            .substring("pid ".length());
    return List.of(Files.readString(Path.of("/proc", pid, "environ"), ISO_8859_1).split("\0", -1));
  }

  /** Returns the names of all files that hold a text: journal, clones, hosts, logs, and all. */
  private static List<String> holding(Path directory, String text) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> holds(file, text))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return Files.readString(file, ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
