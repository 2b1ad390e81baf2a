package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a pattern means what people expect, and nothing odd passes. Method: tables. */
final class BranchPatternTest {
  @ParameterizedTest
  @CsvSource({
    "main, main, true",
    "main, mainline, false",
    "main, Main, false",
    "feature/*, feature/login, true",
    "feature/*, feature/ada/login, true",
    "feature/*, feature, false",
    "feature/*, features/x, false",
    "release-*.x, release-1.x, true",
    "release-*.x, release-1yx, false",
    "*, main, true",
    "*, slipway/status, false",
    "slipway/*, slipway/status, false",
    "slipway/status, slipway/status, false",
    "a.c, abc, false",
  })
  void aPatternMatches(String pattern, String branch, boolean matches) {
    assertThat(new BranchPattern(pattern).matches(branch)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--upload-pack=x",
        "refs/../x",
        "a..b",
        "a\u0007b",
        "a\nb",
        "a b",
        "/a",
        "a/",
        "a//b",
        "a.",
        "a.lock",
        "a.lock/b",
        ".a",
        "a/.b",
        "@",
        "a@{1}",
        "a~1",
        "a^",
        "a:b",
        "a?",
        "a[b",
        "a\\b",
        "refs/heads/main"
      })
  void whatIsNoNameIsRefused(String text) {
    assertThat(BranchPattern.problem(text)).isPresent();
    assertThat(BranchPattern.problem(text).orElseThrow()).doesNotContain("\n", "\u0007");
  }
}
