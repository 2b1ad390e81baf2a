package dev.slipway.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Goal: every mistake at the command line gives a sentence and its own exit code.
 *
 * <p>Method: the real command line, with nothing behind it that could be started.
 */
class SlipwayCommandTest {
  private static final Pattern COMMAND = Pattern.compile("\\./slipway ([a-z]+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      SlipwayCommand.with(new Typed.Nothing(), "1.2.3")
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @Test
  void theVersionIsPrinted() {
    assertThat(line.execute("version")).isZero();
    assertThat(out.toString()).isEqualTo("slipway 1.2.3" + System.lineSeparator());
  }

  @Test
  void everyCommandKnowsItsVersionAndIsExplained() {
    for (String command : line.getSubcommands().keySet()) {
      if (!List.of("help", "version", "generate-completion").contains(command)) {
        out.getBuffer().setLength(0);
        assertThat(line.execute(command, "-V")).as(command).isZero();
        assertThat(out.toString()).as(command).isEqualTo("slipway 1.2.3" + System.lineSeparator());
      }
      out.getBuffer().setLength(0);
      assertThat(line.execute("help", command)).as(command).isZero();
      assertThat(out.toString()).as(command).contains("Usage: slipway " + command);
    }
  }

  @Test
  void helpIsAsWideAsTheTerminal() {
    for (String columns : List.of("1", "60", "100", "999999", "wide", "", "99999999999")) {
      out.getBuffer().setLength(0);
      SlipwayCommand.fitting(line, Map.of("COLUMNS", columns)).execute("--help");
      int widest = out.toString().lines().mapToInt(String::length).max().orElseThrow();
      int limit =
          switch (columns) {
            case "1" -> 55;
            case "60" -> 60;
            case "100" -> 100;
            default -> 120; // What makes no sense changes nothing.
          };
      assertThat(widest).as(columns).isBetween(limit - 15, limit);
    }
  }

  @Test
  void aDumbTerminalGetsNoColours() {
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.ON));
    line.execute("--help");
    assertThat(out.toString()).contains("\u001b[");

    out.getBuffer().setLength(0);
    SlipwayCommand.fitting(line, Map.of("TERM", "dumb")).execute("--help");
    assertThat(out.toString()).doesNotContain("\u001b").contains("Usage: slipway");
  }

  @Test
  void anUnknownOptionIsAMistakeOfUsage() {
    assertThat(line.execute("status", "--wacth")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--wacth");
  }

  @Test
  void aMissingConfigurationIsNamed(@TempDir Path directory) {
    Path missing = directory.resolve("agent.yaml");

    assertThat(line.execute("status", "--config", missing.toString())).isEqualTo(ExitCode.INVALID);
    assertThat(err.toString()).contains(missing.toString(), "there is no such file");
  }

  @Test
  void aWrongConfigurationIsToldByLine(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("agent.yaml"), "apiVersion: 1\n");

    assertThat(line.execute("agent", "--config", file.toString())).isEqualTo(ExitCode.INVALID);
    assertThat(err.toString()).contains("agent.yaml:1:");
  }

  @Test
  void aFileIsNoDirectoryToValidate(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("slipway.yaml"), "");

    assertThat(line.execute("validate", file.toString())).isEqualTo(ExitCode.INVALID);
  }

  @Test
  void aDirectoryThatIsMissingIsSaidToBe(@TempDir Path directory) {
    assertThat(line.execute("validate", directory.resolve("gone").toString()))
        .isEqualTo(ExitCode.INVALID);
    assertThat(err.toString()).contains("gone does not exist");
  }

  @Test
  void anUnknownCommandIsAMistakeOfUsage() {
    assertThat(line.execute("stauts")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("stauts", "status");
  }

  @Test
  void completionKnowsEveryCommand() {
    assertThat(line.execute("generate-completion")).isZero();
    assertThat(out.toString()).contains(line.getSubcommands().keySet());
  }

  @Test
  void anAddressWithoutAPortIsAMistakeOfUsage() {
    assertThat(line.execute("edge", "--listen", "example")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("'example' is not an ADDRESS:PORT");
  }

  @Test
  void aDamagedStateIsSetAsideOnlyIfAPersonSaysSo() {
    assertThat(line.execute("edge", "--listen", "127.0.0.1:1")).isEqualTo(1);
    assertThat(line.execute("edge", "--listen", "127.0.0.1:1", "--start-empty")).isEqualTo(2);
  }

  @Test
  void theEdgeAndItsUnitAndTheExamplesAgreeOnTheSocket() throws IOException {
    line.execute("edge", "--listen", "127.0.0.1:1");
    String socket = err.toString().strip();

    assertThat(Path.of("..", "systemd", "slipway-edge.service"))
        .content()
        .contains("--control " + socket + " ");
    for (String environment : List.of("demo", "staging")) {
      assertThat(Path.of("..", "examples-repo", "environments", environment + ".yaml"))
          .content()
          .contains("control: " + socket + ",");
    }
  }

  private static Path neverStarted(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("agent.yaml"),
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Agent
        spec:
          repositories: [{name: shop, url: "file:///srv/git/shop.git", trunk: main}]
          environments: [{name: production, repository: shop, refs: [main], hosts: ["*"]}]
          stateDirectory: "%s"
        """
            .formatted(directory.resolve("state")));
  }

  @Test
  void anAgentThatWasNeverStartedIsUnreachable(@TempDir Path directory) throws IOException {
    Path file = neverStarted(directory);

    assertThat(line.execute("status", "--config", file.toString())).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString()).contains("has the agent been started?");
  }

  @Test
  void namesThatOnlyGitKnowsAreExplained(@TempDir Path directory) throws IOException {
    Path file = neverStarted(directory);
    Files.createDirectories(directory.resolve("state"));
    Files.writeString(directory.resolve("state/token"), "slipway_token");

    for (String name : List.of("HEAD", "main", "v1.2", "abc", "a".repeat(41))) {
      assertThat(line.execute("status", "--config", file.toString(), "--revision", name, "shop"))
          .isEqualTo(ExitCode.USAGE);
      assertThat(err.toString()).contains("--revision $(git rev-parse %s)".formatted(name));
    }
    assertThat(line.execute("status", "--config", file.toString(), "--revision", "abcd"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--revision is about one application");
  }

  @Test
  void aTimeoutNeedsAUnit() {
    for (String word : List.of("10", "", "1d", "-1s", "5m1h")) {
      assertThat(line.execute("status", "-w", "--timeout", word, "shop")).isEqualTo(ExitCode.USAGE);
    }
    assertThat(err.toString()).contains("'1d' is no duration; it needs a unit");
  }

  @Test
  void endingsHaveTheirOwnNumbers() {
    assertThat(List.of("succeeded", "rolled back", "aborted", "superseded", "needs help"))
        .extracting(ExitCode::ofEnding)
        .containsExactly(0, 10, 11, 12, 13);
  }

  @Test
  void everyCommandThatTheReadmeShowsExists() throws IOException {
    List<String> shown =
        COMMAND
            .matcher(Files.readString(Path.of("..", "README.md")))
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();

    assertThat(shown).hasSizeGreaterThan(5);
    assertThat(line.getSubcommands().keySet()).containsAll(shown);
  }
}
