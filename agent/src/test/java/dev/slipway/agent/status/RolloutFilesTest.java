package dev.slipway.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Goal: what an older agent has written to Git is still read after an update.
 *
 * <p>Method: a file of today without the lines that are new.
 */
class RolloutFilesTest {
  private static final RolloutStatus ROLLOUT =
      new RolloutStatus(
          "config/test/shop#1",
          "rolling",
          "abc",
          Optional.empty(),
          "1@0123456789ab",
          Instant.EPOCH,
          Optional.of(Instant.EPOCH),
          Optional.of("rolled back"),
          "web1 is ill",
          List.of(),
          1,
          2,
          3,
          "line",
          Optional.of("commit abc"));

  @Test
  void aRolloutIsReadAsItWasWritten() {
    assertThat(StatusFiles.rollout(StatusFiles.text(ROLLOUT))).contains(ROLLOUT);
  }

  @Test
  void aRolloutOfAnAgentThatWroteNoCauseIsReadWithoutOne() {
    String older =
        StatusFiles.text(ROLLOUT)
            .lines()
            .filter(line -> !line.contains("cause:"))
            .collect(Collectors.joining("\n"));

    assertThat(StatusFiles.rollout(older).orElseThrow().cause()).isEmpty();
    assertThat(StatusFiles.rollout(older)).map(RolloutStatus::reason).contains("web1 is ill");
  }
}
