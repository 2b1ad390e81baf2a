package dev.slipway.agent.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: a branch's name becomes a DNS label that no other branch's name becomes.
 *
 * <p>Method: names as people give them, and names that were chosen to collide.
 */
final class SlugTest {

  @Test
  void aPlainNameStaysReadable() {
    assertThat(Slug.of("feature/login")).isEqualTo("feature-login");
    assertThat(Slug.of("feature/login-form-2")).isEqualTo("feature-login-form-2");
    assertThat(Slug.of("staging")).isEqualTo("staging");
  }

  @Test
  void whatWasChangedKeepsItsBeginningAndGetsAPartOfItsDigest() {
    assertThat(Slug.of("feature/Login")).matches("feature-login-[0-9a-f]{12}");
    assertThat(Slug.of("feature/" + "very-long-".repeat(15)))
        .matches("feature-very-long-very-long-[0-9a-f]{12}");
    assertThat(Slug.of("ünïcödé")).matches("n-c-d-[0-9a-f]{12}");
    assertThat(Slug.of("日本")).matches("b-[0-9a-f]{12}");
  }

  @Test
  void noTwoNamesAreOneLabel() {
    String forged = Slug.of("feature/A").replaceFirst("-", "/");
    List<String> names =
        Stream.concat(
                Stream.of(
                    "feature/a",
                    "feature/A",
                    "feature-a",
                    "feature_a",
                    "feature/a/",
                    "feature.a",
                    "Feature/a",
                    "feature/a-b",
                    "feature/a/b",
                    "feature-a/b",
                    "feature-a-b",
                    "feature/a--b",
                    "feature//a",
                    "-feature/a",
                    "feature/a-",
                    "b",
                    "日",
                    "b/日",
                    "feature/é",
                    "feature/è",
                    forged,
                    forged.replace('/', '-')),
                IntStream.rangeClosed(30, 250).mapToObj(i -> "feature/" + "x".repeat(i)))
            .toList();
    Map<String, String> owners = new HashMap<>();

    for (String name : names) {
      assertThat(owners.put(Slug.of(name), name))
          .as("who is %s but %s", Slug.of(name), name)
          .isNull();
    }
  }

  @Test
  void everyLabelIsOneForDns() {
    List<String> hostile =
        List.of(
            "feature/$(reboot)",
            "feature/;rm -rf",
            "x'\"`|&",
            "feature/\u202eevil",
            "a".repeat(200),
            "feature/x.example.com",
            "---",
            "9",
            "feature/xn--abc",
            "slipway/status");

    assertThat(hostile)
        .map(Slug::of)
        .allMatch(slug -> slug.matches("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"));
  }
}
