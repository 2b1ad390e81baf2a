package dev.slipway.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: percentiles lie in the slot that holds them. Method: slots with known contents. */
class TimesTest {
  @ParameterizedTest
  @CsvSource({"50, 0.001", "90, 0.0018", "99, 0.00198"})
  void withinASlotTimesAreEvenlySpread(int percentile, double seconds) {
    assertThat(seconds(new Times(List.of(50L, 0L, 0L)), percentile))
        .isCloseTo(percentile / 100_000.0, within(1e-12));
    assertThat(seconds(new Times(List.of(50L, 50L, 0L)), percentile))
        .isCloseTo(seconds, within(1e-12));
  }

  @Test
  void emptySlotsBetweenAreSkipped() {
    var times = new Times(List.of(98L, 0L, 0L, 2L, 0L));

    assertThat(seconds(times, 98)).isCloseTo(0.001, within(1e-12));
    assertThat(seconds(times, 99)).isCloseTo(0.006, within(1e-12));
  }

  @Test
  void ofTheLastSlotOnlyTheBeginningIsKnown() {
    assertThat(seconds(new Times(List.of(0L, 0L, 7L)), 1)).isEqualTo(0.002);
    assertThat(seconds(new Times(List.of(0L, 0L, 7L)), 99)).isEqualTo(0.002);
  }

  @Test
  void withoutAnswersThereIsNoData() {
    assertThat(new Times(List.of()).reading(50)).isInstanceOf(Reading.NoData.class);
    assertThat(new Times(List.of(0L, 0L)).reading(50)).isInstanceOf(Reading.NoData.class);
  }

  private static double seconds(Times times, int percentile) {
    assertThat(times.reading(percentile)).isInstanceOf(Reading.Value.class);
    return ((Reading.Value) times.reading(percentile)).value();
  }
}
