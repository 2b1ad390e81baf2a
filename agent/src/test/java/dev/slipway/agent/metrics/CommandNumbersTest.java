package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.metrics.Program.Reads;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Reach;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: only what a program that the agent's own file names says with a good exit is a number, and
 * none outlives its time. Method: the contract, and real programs.
 */
class CommandNumbersTest extends MetricSourceContract<CommandNumbersTest.Scripts> {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(30);

  @Override
  protected Scripts open(Path directory) {
    return new Scripts(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "echo 12.5 | ~~ | 12.5",
        "echo -3e2 | ~~ | -300",
        "echo '{\"a\": {\"rate\": 0.25}}' | /a/rate | 0.25"
      })
  void whatItWritesIsTheNumber(String script, String pointer, double value) {
    assertThat(subject().read(script, pointer))
        .isEqualTo(new Reading.Value(value, OptionalLong.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "true | ~~ | wrote nothing",
        "echo | ~~ | wrote nothing",
        "echo null | ~~ | nothing where",
        "echo '{}' | /rate | nothing where"
      })
  void nothingIsNoData(String script, String pointer, String reason) {
    assertThat(subject().read(script, pointer))
        .isInstanceOfSatisfying(
            Reading.NoData.class, none -> assertThat(none.reason()).contains(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo 1; exit 1 | exited with 1",
        "echo 0; echo 'no route' >&2; exit 2 | no route",
        "echo NaN | no JSON",
        "echo '\"1\"' | no number",
        "echo 1 2 | no JSON",
        "exec /there/is/no/such/program | 127",
        "echo 0; kill -9 $$ | signal KILL"
      })
  void everythingElseIsAFailureAndNeverANumber(String script, String reason) {
    assertThat(subject().read(script, "").toString()).startsWith("Failed").contains(reason);
  }

  @Test
  void tooMuchIsAFailure() {
    assertThat(subject().read("head -c 2000000 /dev/zero | tr '\\0' 1", "").toString())
        .startsWith("Failed")
        .contains("more than 1 MiB");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 125})
  void theStatusIsTheNumberWhereTheAgentsFileSaysSo(int status) {
    assertThat(subject().status("echo 77; exit " + status))
        .isEqualTo(new Reading.Value(status, OptionalLong.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"exit 126", "exit 127", "kill -TERM $$", "exec /there/is/no/such/program"})
  void aProgramThatDidNotRunHasNoStatus(String script) {
    assertThat(subject().status(script)).isInstanceOf(Reading.Failed.class);
  }

  @Test
  void itIsToldWhatItIsAskedAboutAndNothingElse() {
    subject().read("env > \"$0.out\"; echo 1", "");

    assertThat(subject().lines("number.out"))
        .contains(
            "SLIPWAY_RELEASE=2.4.1",
            "SLIPWAY_INSTANCES=%s/%s %s/%s".formatted(A.host(), A.slot(), B.host(), B.slot()),
            "SLIPWAY_ADDRESSES=10.0.0.1:%s 10.0.0.1:%s".formatted(A.slot(), B.slot()),
            "SLIPWAY_SECONDS=90")
        .allMatch(line -> line.matches("(SLIPWAY_[A-Z]+|PATH|HOME|USER|LOGNAME|SHELL|PWD|_)=.*"));
  }

  @Test
  void wordsReachTheProgramAsTheyStand() {
    assertThat(subject().run(List.of("/bin/echo", "{\"a $HOME;b\": 4}"), "/a $HOME;b"))
        .isEqualTo(new Reading.Value(4, OptionalLong.empty()));
  }

  @Test
  void oneThatHangsIsKilledWithItsChildrenEvenThoseWhoseParentHasGone() {
    Reading read =
        subject()
            .read(
                """
                (sh -c 'echo $$ >> "$0.pids"; exec sleep 300' "$0" &)
                sh -c 'echo $$ >> "$0.pids"; exec sleep 300' "$0" &
                while [ "$(wc -l < "$0.pids")" -lt 2 ]; do sleep 0.01; done
                echo 1
                sleep 300
                """,
                "",
                Duration.ofSeconds(2));

    assertThat(read.toString()).startsWith("Failed").contains("after 2s");
    assertThat(subject().lines("number.pids")).hasSize(2);
    await()
        .atMost(LONG)
        .until(() -> subject().lines("number.pids").stream().noneMatch(CommandNumbersTest::lives));
  }

  /** A killed process stays in the list until its parent has asked for its status. */
  private static boolean lives(String pid) {
    try {
      return !Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void oneThatLeavesItsOutputOpenIsNotWaitedFor() {
    assertThat(subject().read("sleep 300 & echo $! > \"$0.pids\"; echo 3", ""))
        .isEqualTo(new Reading.Value(3, OptionalLong.empty()));

    subject()
        .lines("number.pids")
        .forEach(
            pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
  }

  @Test
  void oneThatTheAgentsFileDoesNotNameIsAnObjectionAndNeverRun() {
    assertThat(subject().objection("other", "").orElse(""))
        .contains("no command 'other'", "it names number");
    assertThat(subject().objection("/bin/echo", "").orElse("")).contains("no command '/bin/echo'");
    assertThat(watch(new Measure.Custom("other", ""), A).read()).isInstanceOf(Reading.Failed.class);
  }

  @Test
  void oneThatIsNotThereIsAnObjection() {
    subject().read("echo 1", "");
    assertThat(subject().objection("number", "")).isEmpty();

    subject().remove();

    assertThat(subject().objection("number", "").orElse("")).contains("is no program");
  }

  @Test
  void aPointerThatIsNoneIsAnObjection() {
    assertThat(subject().objection("number", "rate").orElse("")).contains("no JSON pointer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo", "./echo", "/bin/", "/bin/a=b", "/bin/ec ho", ""})
  void aProgramIsNamedByItsPath(String path) {
    assertThatThrownBy(() -> new Program("a", List.of(path), SHORT, Reads.OUTPUT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Shell scripts of which one tells what lies in a file; they hear of no request. */
  static final class Scripts implements Measured {
    private static final Host HERE =
        new Host("here", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());

    private final Path directory;
    private final Machines machines = Machines.open(Optional.empty());
    private final Machine here = machines.machine(HERE);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    Scripts(Path directory) {
      this.directory = directory;
      returns();
    }

    private Path script() {
      return directory.resolve("number");
    }

    private void write(String script) {
      try {
        Files.writeString(script(), "#!/bin/sh\n" + script);
        assertThat(script().toFile().setExecutable(true)).isTrue();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void remove() {
      try {
        Files.delete(script());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    List<String> lines(String file) {
      try {
        return Files.readAllLines(directory.resolve(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Optional<String> objection(String name, String pointer) {
      return source().objection(question(new Measure.Custom(name, pointer), A));
    }

    Reading read(String script, String pointer) {
      return read(script, pointer, LONG);
    }

    Reading read(String script, String pointer, Duration timeout) {
      write(script);
      return read(
          new Program("number", List.of(script().toString()), timeout, Reads.OUTPUT), pointer);
    }

    Reading status(String script) {
      write(script);
      return read(new Program("number", List.of(script().toString()), LONG, Reads.STATUS), "");
    }

    Reading run(List<String> words, String pointer) {
      return read(new Program("number", words, LONG, Reads.OUTPUT), pointer);
    }

    private Reading read(Program program, String pointer) {
      var measure = new Measure.Custom("number", pointer);
      try (var watch = source(program).watch(question(measure, A, B))) {
        now = now.plusSeconds(90);
        return watch.read();
      }
    }

    private MetricSource source(Program program) {
      return MetricSources.ofCommands(
          List.of(program), here, Map.of("SLIPWAY_RELEASE", "2.4.1"), Scripts::address, () -> now);
    }

    private static Optional<String> address(Instance instance) {
      return Optional.of("10.0.0.1:" + instance.slot());
    }

    @Override
    public MetricSource source() {
      return source(new Program("number", List.of(script().toString()), LONG, Reads.OUTPUT));
    }

    @Override
    public boolean tells(Measure measure) {
      return measure.equals(ownQuery());
    }

    @Override
    public Measure ownQuery() {
      return new Measure.Custom("number", "");
    }

    @Override
    public void goesAway() {
      write("echo 'nobody answers' >&2; exit 7\n");
    }

    @Override
    public void returns() {
      write("echo 1\n");
    }

    @Override
    public void close() {
      here.close();
      machines.close();
    }
  }
}
