package dev.slipway.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.Main;
import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a command that is interrupted, or that nobody listens to any more, ends at once and says
 * nothing about it.
 *
 * <p>Method: real processes of the command line, signalled and piped by a real shell, that ask the
 * real API of an agent whose rollout never ends.
 */
final class ProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static List<String> slipway(ToldAgent agent, String command, String... words) {
    var line =
        new ArrayList<>(
            List.of(
                // Who is started in the background of a script ignores it otherwise.
                "env",
                "--default-signal=INT,PIPE",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                command,
                "--config",
                agent.configFile().toString()));
    line.addAll(List.of(words));
    return line;
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void whoeverIsInterruptedEndsAtOnceAndSaysNothing(
      String signal, int exitCode, @TempDir Path directory) {
    try (var agent = new ToldAgent(directory);
        var process =
            Daemon.start(
                directory.resolve("log"), Map.of(), slipway(agent, "status", "-w", "shop"))) {
      await().atMost(PATIENCE).until(() -> process.log().contains("under way, step 3 of 16"));
      String before = process.log();

      process.signal(signal);

      assertThat(process.awaitExit()).isEqualTo(exitCode);
      assertThat(process.log()).isEqualTo(before).doesNotContain("\u001b");
    }
  }

  private static String[] rest(String... words) {
    return Arrays.copyOfRange(words, 1, words.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "status -o json", "plan shop", "history shop"})
  void nobodyIsToldThatNobodyReadsOn(String command, @TempDir Path directory) {
    try (var agent = new ToldAgent(directory)) {
      String[] words = command.split(" ");
      String line = String.join("' '", slipway(agent, words[0], rest(words)));

      Program.Ended ended =
          Program.of("bash", "-c", "'" + line + "' | true; echo \"ended ${PIPESTATUS[0]}\"").run();

      assertThat(ended).isEqualTo(new Program.Ended(0, "ended 0\n"));
    }
  }

  @Test
  void watchingEndsWithTheFirstChangeThatNobodyReads(@TempDir Path directory) {
    try (var agent = new ToldAgent(directory)) {
      String pipe =
          "'%s' | head -n 1; echo \"ended ${PIPESTATUS[0]}\""
              .formatted(String.join("' '", slipway(agent, "status", "-w")));
      try (var shell =
          Daemon.start(directory.resolve("log"), Map.of(), List.of("bash", "-c", pipe))) {
        String first = "config/production/shop  PROGRESSING  main@0123456789\n";
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(shell.log()).isEqualTo(first));

        agent.ends("succeeded");

        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(shell.log()).isEqualTo(first + "ended 0\n"));
      }
    }
  }
}
