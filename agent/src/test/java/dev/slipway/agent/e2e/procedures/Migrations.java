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
public final class Migrations {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final World world;
  private final Notes notes;

  /** Lets migrations write into a directory of this machine. */
  Migrations(World world, Path directory) {
    this(world, new LocalNotes(directory));
  }

  /** Lets migrations write wherever they run. */
  public Migrations(World world, Notes notes) {
    this.world = world;
    this.notes = notes;
  }

  /** Returns how the task is written in an application, with more keys of its own. */
  public static String task(String more) {
    return "tasks: [{name: migrate, run: [sh, bin/migrate]%s}]".formatted(more);
  }

  /** Lets migrations end with this status from now on. */
  public Migrations mayEnd(int status) {
    notes.write("go", String.valueOf(status));
    return this;
  }

  /** Pushes a release with the migration; returns the commit. */
  public String push(String version) {
    String script =
        """
        cd %s
        echo "$$ $SLIPWAY_RELEASE $OLDPWD" >>began
        until [ -e go ]; do sleep 0.1; done
        echo "$SLIPWAY_RELEASE" >>ended
        echo the last words
        exit $(cat go)
        """
            .formatted(notes.directory());
    return push(world, version, Map.of("bin/migrate", script));
  }

  /** Pushes a release with scripts of its own, by their paths in it; returns the commit. */
  public static String push(World world, String version, Map<String, String> scripts) {
    world.write(version, new Behaviour.Sound());
    scripts.forEach((path, text) ->
        world.checkout().write("releases/shop-%s/%s".formatted(version, path), text));
    return world.checkout().commitAndPush("Release shop " + version);
  }

  /** Pushes a release with scripts of its own and waits for its rollout. */
  public static RolloutStatus release(World world, String version, Map<String, String> scripts) {
    return world.ended(push(world, version, scripts));
  }

  /** Returns a line for each migration that began: its process, release and directory. */
  public List<String> began() {
    return notes.lines("began");
  }

  /** Returns a line for each migration that came to its end. */
  public List<String> ended() {
    return notes.lines("ended");
  }

  /** Waits until so many migrations began, and returns the process of the last on its host. */
  public long awaitProcess(int count) {
    await("a migration to begin").atMost(PATIENCE).until(() -> began().size() == count);
    return Long.parseLong(began().getLast().split(" ", -1)[0]);
  }

  /** Does the same on this machine. */
  ProcessHandle awaitBegun(int count) {
    return ProcessHandle.of(awaitProcess(count)).orElseThrow();
  }

  /** Where migrations write down what they do, and see whether they may end. */
  public interface Notes {
    /** Returns the directory, as those who run there know it. */
    String directory();

    /** Returns the lines of a file, none if it is not there. */
    List<String> lines(String name);

    /** Writes a file that nobody sees half written. */
    void write(String name, String text);
  }

  private record LocalNotes(Path place) implements Notes {
    @Override
    public String directory() {
      return place.toString();
    }

    @Override
    public List<String> lines(String name) {
      try {
        Path file = place.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void write(String name, String text) {
      try {
        Path draft = Files.writeString(place.resolve(name + ".draft"), text);
        Files.move(draft, place.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
