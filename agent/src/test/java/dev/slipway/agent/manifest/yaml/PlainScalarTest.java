package dev.slipway.agent.manifest.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: nothing that one tool reads as a number, a truth value or a time passes for a text. Method:
 * the forms of YAML 1.1 and YAML 1.2, and texts that only look like them.
 */
class PlainScalarTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no",
        "Yes",
        "on",
        "OFF",
        "y",
        "N",
        "0777",
        "010",
        "0o17",
        "0x1F",
        "0b101",
        "1_000",
        "12:30:45",
        "1:30",
        "1234e5",
        "1e+02",
        ".5",
        "5.",
        "1.5e3",
        "+1",
        ".inf",
        "-.INF",
        ".nan",
        "2026-01-01",
        "2026-1-1 12:00:00",
        "2026-01-01T00:00:00Z",
        "=",
        "1234567e8",
        "190:20:30.15"
      })
  void isReadDifferentlyByDifferentTools(String text) {
    assertThat(PlainScalar.of(text)).isEqualTo(PlainScalar.AMBIGUOUS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2.4.1",
        "127.0.0.1",
        "10s",
        "25%",
        "web1",
        "2001:db8::23",
        "nope",
        "off-line",
        "a:b",
        "1d2x",
        "v1",
        "0.0.0.0:8080",
        "x",
        "e5",
        "-",
        "2026-11"
      })
  void isATextForEverybody(String text) {
    assertThat(PlainScalar.of(text)).isEqualTo(PlainScalar.TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "8001", "99999999999999999999"})
  void isAWholeNumberForEverybody(String text) {
    assertThat(PlainScalar.of(text)).isEqualTo(PlainScalar.INTEGER);
  }
}
