package dev.slipway.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.metrics.Question.Measure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: the page shows the queries that are asked. Method: they are made and compared. */
class MetricsPageTest {
  private static final PromQl TWO =
      PromQl.of(List.of("10.0.0.11:8001", "10.0.0.12:8001"), Duration.ofMinutes(10));

  private final List<String> shown = Handbook.page("metrics.md").blocks("promql");

  @Test
  void theQueriesThatAreBuiltInStandThereAsTheyAre() {
    assertThat(shown)
        .startsWith(
            TWO.query(new Measure.ErrorRate()) + "\n", TWO.query(new Measure.Latency(99)) + "\n");
  }

  @Test
  void aQueryOfOnesOwnIsFilledInAsThePageSays() {
    assertThat(TWO.query(new Measure.Custom("f(a{ {{ instances }} }[{{window}}])", "")))
        .isEqualTo(
            "f(a{ instance=~\"10\\\\.0\\\\.0\\\\.11:8001|10\\\\.0\\\\.0\\\\.12:8001\""
                + " }[600000ms])");
  }

  @Test
  void whatARegexWouldTakeOtherwiseIsTakenAsItStands() {
    assertThat(PromQl.of(List.of("[2001:db8::23]:8001"), Duration.ofMillis(1_500)).selector())
        .isEqualTo("instance=~\"\\\\[2001:db8::23\\\\]:8001\"");
  }
}
