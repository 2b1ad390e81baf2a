package dev.slipway.agent.e2e.procedures;

import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Releases with a migration that writes down when it began and waits until it may end. */
final class Migrations {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final World world;
  private final Path notes;

  Migrations(World world, Path notes) {
    this.world = world;
    this.notes = notes;
  }

  /** Returns how the task is written in an application, with more keys of its own. */
  static String task(String more) {
    return "tasks: [{name: migrate, run: [sh, bin/migrate]%s}]".formatted(more);
  }

  /** Lets migrations end with this status from now on. */
  Migrations mayEnd(int status) {
    write("go", String.valueOf(status));
    return this;
  }

  /** Pushes a release with the migration; returns the commit. */
  String push(String version) {
    String script =
        """
        cd %s
        echo "$$ $SLIPWAY_RELEASE $OLDPWD" >>began
        until [ -e go ]; do sleep 0.1; done
        echo "$SLIPWAY_RELEASE" >>ended
        echo the last words
        exit $(cat go)
        """
            .formatted(notes);
    return push(world, version, Map.of("bin/migrate", script));
  }

  /** Pushes a release with scripts of its own, by their paths in it; returns the commit. */
  static String push(World world, String version, Map<String, String> scripts) {
    world.write(version, new Behaviour.Sound());
    scripts.forEach((path, text) ->
        world.checkout().write("releases/shop-%s/%s".formatted(version, path), text));
    return world.checkout().commitAndPush("Release shop " + version);
  }

  /** Pushes a release with scripts of its own and waits for its rollout. */
  static RolloutStatus release(World world, String version, Map<String, String> scripts) {
    return world.ended(push(world, version, scripts));
  }

  /** Returns a line for each migration that began: its process, release and directory. */
  List<String> began() {
    return lines("began");
  }

  /** Returns a line for each migration that came to its end. */
  List<String> ended() {
    return lines("ended");
  }

  /** Waits until so many migrations began, and returns the process of the last. */
  ProcessHandle awaitBegun(int count) {
    await("a migration to begin").atMost(PATIENCE).until(() -> began().size() == count);
    long pid = Long.parseLong(began().getLast().split(" ", -1)[0]);
    return ProcessHandle.of(pid).orElseThrow();
  }

  private List<String> lines(String name) {
    try {
      Path file = notes.resolve(name);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String text) {
    try {
      Path draft = Files.writeString(notes.resolve(name + ".draft"), text);
      Files.move(draft, notes.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
