package dev.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.manifest.reading.Validation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private final StringWriter out = new StringWriter();

  private int init(Path directory) {
    return Beginning.in(directory, new PrintWriter(out, true));
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

    assertThat(init(made)).as(out.toString()).isEqualTo(ExitCode.OK);

    assertThat(Validation.directory(made).problems()).isEmpty();
    assertThat(files(made)).isEqualTo(files(EXAMPLES));
    for (Path file : files(EXAMPLES)) {
      assertThat(made.resolve(file)).hasSameBinaryContentAs(EXAMPLES.resolve(file));
    }
    assertThat(made.getParent()).isDirectoryNotContaining("glob:**/.slipway-init-*");
  }

  @Test
  void whatIsThereIsNotTouched(@TempDir Path directory) {
    assertThat(init(directory)).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).contains("exists already");
    assertThat(directory).isEmptyDirectory();
  }
}
