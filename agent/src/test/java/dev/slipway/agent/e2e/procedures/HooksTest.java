package dev.slipway.agent.e2e.procedures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: {@code afterInstall} runs on each host in the new release, with its variables, before the
 * release counts as complete; one that fails is the release's fault, and one that was cut off runs
 * again. Method: real agents on local hosts, and hooks that write into the release.
 */
@Timeout(300)
final class HooksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String HOOKS =
      "hooks: {afterInstall: [[sh, bin/prepare, \"{{host.name}}\"], [sh, bin/seal]]}\n"
          + "env: {clear: {COLOUR: \"as $blue\"}}";

  private static World world(Path directory, String network) {
    return new World(directory, 2, network).procedures(HOOKS).describe();
  }

  private static Path release(World world, String host, String version) {
    try (Stream<Path> found = Files.list(world.srv().resolve(host).resolve("releases"))) {
      return found
          .filter(path -> path.getFileName().toString().startsWith(version + "-"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void runOnEachHostInTheNewReleaseWithItsVariables(@TempDir Path directory) throws IOException {
    try (var world = world(directory, "127.0.151").start()) {
      var ended =
          Migrations.release(
              world,
              "1",
              Map.of(
                  "bin/prepare",
                  "mkdir vendor && echo \"$1 $COLOUR $SLIPWAY_RELEASE\" >vendor/made",
                  "bin/seal",
                  "cp vendor/made bin/made"));

      assertThat(ended.ending()).contains("succeeded");
      for (String host : List.of("web1", "web2")) {
        Path release = release(world, host, "1");
        assertThat(Files.readString(release.resolve("bin/made"))).startsWith(host + " as $blue 1@");
        assertThat(Files.getPosixFilePermissions(release.resolve("vendor/made")))
            .noneMatch(permission -> permission.name().endsWith("WRITE"));
        assertThat(world.srv().resolve(host).resolve(".slipway/pending")).isEmptyDirectory();
      }
    }
  }

  @Test
  void oneThatFailsStopsTheRolloutAndItsLastLinesAreTold(@TempDir Path directory) {
    try (var world = world(directory, "127.0.152").start()) {
      var sound = Map.of("bin/prepare", "exit 0", "bin/seal", "exit 0");
      assertThat(Migrations.release(world, "1", sound).ending()).contains("succeeded");

      RolloutStatus ended =
          Migrations.release(
              world, "2", Map.of("bin/prepare", "echo no such gem; exit 5", "bin/seal", ""));

      assertThat(ended.ending()).contains("rolled back");
      assertThat(ended.reason()).contains("'sh' ended with status 5");
      assertThat(ended.log()).isEqualTo("no such gem");
      world.assertEverywhere("1");
      assertThat(release(world, "web1", "2").resolve("bin/prepare")).exists();
      assertThat(world.srv().resolve("web1/.slipway/manifests"))
          .isDirectoryContaining(path -> path.getFileName().toString().startsWith("1-"))
          .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith("2-"));

      assertThat(Migrations.release(world, "3", sound).ending()).contains("succeeded");
      assertThat(world.srv().resolve("web1/.slipway/pending")).isEmptyDirectory();
    }
  }

  @Test
  void oneThatWasCutOffRunsAgain(@TempDir Path directory) {
    Path go = directory.resolve("go");
    Path began = directory.resolve("began");
    String script = "echo $$ >>%s; until [ -e %s ]; do sleep 0.1; done".formatted(began, go);
    try (var world = world(directory, "127.0.153")) {
      String commit;
      try (var agent = AgentProcess.start(world)) {
        commit = Migrations.push(world, "1", Map.of("bin/prepare", script, "bin/seal", "exit 0"));
        await().atMost(PATIENCE).until(() -> lines(began).size() == 2);
        agent.kill();
      }
      List<String> former = lines(began);
      try (var _ = AgentProcess.start(world)) {
        await().atMost(PATIENCE).until(() -> lines(began).size() == 4);
        assertThat(former)
            .noneMatch(pid ->
                ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent());
        write(go);

        var ended = world.ended(commit);
        assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
        assertThat(lines(began)).hasSize(4);
      }
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
