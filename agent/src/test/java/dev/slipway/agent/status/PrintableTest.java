package dev.slipway.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what a host, a server or a commit says cannot steer the terminal it is shown on. Method:
 * status made of such words, looked at character by character.
 */
class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[2J\u001b]0;owned\u0007",
        "\u009b31mred",
        "good\rbad",
        "txt.\u202egpj",
        "a\u200bb",
        "a\u2028b",
        "a\u0000b"
      })
  void hiddenCharactersAreWrittenOut(String hostile) {
    var condition = new Condition("Source", "Unavailable", hostile);
    var rollout = rollout(hostile, hostile);

    assertThat(List.of(condition.message(), rollout.reason(), rollout.log()))
        .allSatisfy(text -> assertThat(text).contains("\\u").doesNotContain(hostile))
        .allSatisfy(text ->
            assertThat(text.codePoints())
                .noneMatch(Character::isISOControl)
                .noneMatch(letter -> Character.getType(letter) == Character.FORMAT));
  }

  @Test
  void aLogKeepsItsLinesAndLanguagesTheirLetters() {
    var log = "line 1\n\tat Größe ✔ 語 🚀\n";

    assertThat(rollout("", log).log()).isEqualTo(log);
  }

  private static RolloutStatus rollout(String reason, String log) {
    return new RolloutStatus(
        "r1",
        "rolling",
        "abc",
        Optional.empty(),
        "1.0",
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        reason,
        List.of(),
        0,
        1,
        0,
        log,
        Optional.empty());
  }
}
