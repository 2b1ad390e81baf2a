package dev.slipway.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a script learns from the exit code alone how a rollout or a commit ended.
 *
 * <p>Method: the real command line asks the real API of an agent whose rollout ends as it is told.
 */
final class ExitCodesTest {
  @ParameterizedTest
  @CsvSource({
    "succeeded, 0",
    "rolled back, 10",
    "aborted, 11",
    "superseded, 12",
    "needs help, 13",
  })
  void everyEndingHasItsNumber(String ending, int exitCode, @TempDir Path directory) {
    try (var agent = new ToldAgent(directory)) {
      agent.ends(ending);

      Typed status = agent.type("status", "shop");
      Typed commit = agent.type("status", "--revision", ToldAgent.COMMIT, "shop");

      assertThat(status.exitCode()).as("%s", status).isEqualTo(exitCode);
      assertThat(status.out()).contains(ending + ": web1 is ill");
      assertThat(commit.exitCode()).as("%s", commit).isEqualTo(exitCode);
      assertThat(commit.out()).contains("commit 0123456789  " + ending);
    }
  }

  @ParameterizedTest
  @CsvSource({"invalid, 3", "refused, 5", "not asked for, 5"})
  void aCommitThatNeverBecameARolloutHasItsNumberToo(
      String ending, int exitCode, @TempDir Path directory) {
    try (var agent = new ToldAgent(directory)) {
      agent.ends(ending);

      assertThat(agent.type("status", "--revision", "0123", "shop").exitCode()).isEqualTo(exitCode);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-w", "--revision=0123"})
  void whoWaitsIsToldWhenItEnds(String option, @TempDir Path directory) {
    try (var agent = new ToldAgent(directory)) {
      var waiting = CompletableFuture.supplyAsync(() -> agent.type("status", option, "shop"));
      await()
          .during(Duration.ofMillis(1500))
          .atMost(Duration.ofSeconds(30))
          .until(() -> !waiting.isDone());
      agent.ends("needs help");

      assertThat(waiting.join().exitCode()).isEqualTo(ExitCode.NEEDS_HELP);
    }
  }
}
