package dev.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.manifest.reading.Validation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: {@code slipway init} gives a config repository that is right, and is what we ship.
 *
 * <p>Method: make one, validate it, and compare it with {@code examples-repo}, file by file.
 */
final class BeginningTest {
  private static final Path EXAMPLES = Path.of("..", "examples-repo");
  private static final int INTERRUPTED = 130;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int init(Path directory) {
    return Beginning.in(directory, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> found = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return found
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .filter(file -> !file.startsWith(".git"))
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsMadeIsValidAndWhatWeShip(@TempDir Path directory) throws IOException {
    Path made = directory.resolve("some/config");

    assertThat(init(made)).as("%s", err).isEqualTo(ExitCode.OK);

    assertThat(Validation.directory(made).problems()).isEmpty();
    assertThat(files(made)).isEqualTo(files(EXAMPLES));
    for (Path file : files(EXAMPLES)) {
      assertThat(made.resolve(file)).hasSameBinaryContentAs(EXAMPLES.resolve(file));
    }
    assertThat(made.getParent()).isDirectoryNotContaining("glob:**/.slipway-init-*");
  }

  @Test
  void whatCannotBeMadeLeavesNothingBehind(@TempDir Path directory) {
    // It is written in whole, and only its name turns out to be too long.
    Path made = directory.resolve("n".repeat(300));

    assertThat(init(made)).isEqualTo(ExitCode.FAILED);

    assertThat(err.toString()).contains("cannot be made");
    assertThat(out.toString()).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }

  /** Interrupts a real process as soon as it has begun to write; returns its exit code. */
  private static int interrupted(Path directory, Path made) {
    List<String> command =
        List.of(
            // Who is started in the background of a script ignores it otherwise.
            "env",
            "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "init",
            made.toString());
    try (var process = Daemon.start(directory.resolve("log"), Map.of(), command)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> !process.isAlive() || drafts(directory) > 0);
      if (process.isAlive()) {
        process.signal("INT");
      }
      return process.awaitExit();
    }
  }

  private static long drafts(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.filter(file -> file.getFileName().toString().startsWith(".slipway-")).count();
    }
  }

  @Test
  void whoeverInterruptsItFindsAllOrNothing(@TempDir Path directory) throws IOException {
    Path made = directory.resolve("config");

    int exitCode = interrupted(directory, made);

    assertThat(drafts(directory)).isZero();
    assertThat(exitCode).isIn(0, INTERRUPTED);
    if (Files.exists(made)) {
      assertThat(Validation.directory(made).problems()).as("it was quicker").isEmpty();
    } else {
      assertThat(exitCode).isEqualTo(INTERRUPTED);
    }
  }

  @Test
  void whatIsThereIsNotTouched(@TempDir Path directory) {
    assertThat(init(directory)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("exists already");
    assertThat(directory).isEmptyDirectory();
  }
}
