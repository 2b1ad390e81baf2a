package dev.slipway.agent.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: failures slow a task down, but never for ever. Method: a table. */
final class PaceTest {
  private final Pace pace = new Pace(Duration.ofSeconds(60), Duration.ofSeconds(6));

  @ParameterizedTest
  @CsvSource({
    "0, 0, 60000",
    "0, 0.5, 63000",
    "0, 1, 66000",
    "1, 0, 120000",
    "2, 0.5, 243000",
    "4, 0, 960000",
    "5, 0, 960000",
    "2000000000, 0, 960000",
  })
  void theDelayDoublesUpToSixteenTimes(int failures, double chance, long milliseconds) {
    assertThat(pace.delay(failures, chance)).isEqualTo(Duration.ofMillis(milliseconds));
  }

  @Test
  void anIntervalIsAboveZero() {
    assertThatThrownBy(() -> new Pace(Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interval");
  }
}
