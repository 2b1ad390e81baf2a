package dev.slipway.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: a config repository on disk can be looked at without an agent. Method: the real command
 * line in a small repository.
 */
class ManifestCommandTest {
  private static final String APPLICATION =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Application
      metadata: {name: shop}
      spec:
        release: {version: "1.0", source: {path: releases/shop}}
        deployPath: /srv/shop
        service: none
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeARepository() throws IOException {
    for (String below : new String[] {"apps", "environments", "releases/shop"}) {
      Files.createDirectories(directory.resolve(below));
    }
    Files.writeString(directory.resolve("releases/shop/index.html"), "hello");
    Files.writeString(directory.resolve("apps/shop.yaml"), APPLICATION);
    Files.writeString(
        directory.resolve("slipway.yaml"),
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: platform}
        spec:
          branches: [{match: main, environment: production}]
        """);
    Files.writeString(
        directory.resolve("environments/production.yaml"),
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Environment
        metadata: {name: production}
        spec:
          ssh: {user: deploy, secretRef: {name: key}}
          hosts: [{name: web1, groups: [web]}]
          applications:
            - {name: shop, group: web, patch: {keepReleases: 3}}
        """);
  }

  private Typed render(String... further) {
    var words = new String[further.length + 3];
    words[0] = "render";
    words[1] = "shop";
    words[2] = directory.toString();
    System.arraycopy(further, 0, words, 3, further.length);
    return Typed.slipway(words);
  }

  @Test
  void anApplicationIsRenderedForAnEnvironment() {
    Typed typed = render("-e", "production");
    assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.OK);
    assertThat(typed.out())
        .contains("  keepReleases: 3  # environments/production.yaml:8\n")
        .contains("    timeout: 30s  # default\n");
  }

  @Test
  void whatIsRenderedIsRightAsAFile() throws IOException {
    Files.writeString(directory.resolve("apps/shop.yaml"), render("-e", "production").out());
    Typed typed = Typed.slipway("validate", directory.toString());
    assertThat(typed.out()).isEqualTo("3 files, 0 problems\n");
  }

  @Test
  void theBranchMayLieElsewhere(@TempDir Path branch) throws IOException {
    Files.createDirectories(branch.resolve("apps"));
    Files.writeString(branch.resolve("apps/shop.yaml"), APPLICATION.replace("1.0", "2.0"));
    assertThat(render("-e", "production", "--branch", branch.toString()).out())
        .contains("version: \"2.0\"", "keepReleases: 3");
  }

  @ParameterizedTest
  @CsvSource({
    "staging, 3, environments/staging.yaml:1:1",
    "../production, 2, no name for an environment"
  })
  void anEnvironmentThatIsNotThereIsSaid(String environment, int code, String said) {
    Typed typed = render("-e", environment);
    assertThat(typed.exitCode()).isEqualTo(code);
    assertThat(typed.err()).contains(said);
    assertThat(typed.out()).isEmpty();
  }

  private static final String ARCHIVE =
      """
      # A comment that stays.
      apiVersion: slipway.dev/v1alpha1
      kind: Application
      metadata: {name: shop}
      spec:
        release: {version: '1.0',   # another
                  source: {url: https://a.example.com/1.tgz, sha256: "%s"}}
        deployPath: /srv/shop   # é
        service: none
      """
          .formatted("a".repeat(64));

  private Typed set(String version, String... options) throws IOException {
    Files.writeString(directory.resolve("apps/shop.yaml"), ARCHIVE);
    var words = new ArrayList<>(List.of("set", "release", "shop", version, directory.toString()));
    words.addAll(List.of(options));
    return Typed.slipway(words.toArray(String[]::new));
  }

  private String written() throws IOException {
    return Files.readString(directory.resolve("apps/shop.yaml"));
  }

  @Test
  void anotherReleaseIsWrittenAndAllElseStays() throws IOException {
    String sum = "b".repeat(64);
    Typed typed = set("1.10", "--sha256", sum, "--url", "https://a.example.com/2.tgz");
    assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.OK);
    assertThat(written())
        .isEqualTo(
            ARCHIVE
                .replace("'1.0'", "\"1.10\"")
                .replace("https://a.example.com/1.tgz", "\"https://a.example.com/2.tgz\"")
                .replace("a".repeat(64), sum));
    assertThat(typed.out().lines())
        .contains(
            "--- a/apps/shop.yaml", "@@ -6 +6 @@", "+  release: {version: \"1.10\",   # another")
        .hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({
    "2.0, --url, https://a.example.com/2.tgz, give --sha256 too",
    "2.0, --sha256, abc, is not a SHA-256",
    "-x, --sha256, aa, Unknown option",
    "a b, --sha256, aa, is not a version",
    "'a\"b', --sha256, aa, would hold what no release does",
  })
  void whatWouldNotBeRightIsNotWritten(String version, String option, String value, String said)
      throws IOException {
    Typed typed = set(version, option, value);
    assertThat(typed.exitCode()).isNotEqualTo(ExitCode.OK);
    assertThat(typed.err()).contains(said);
    assertThat(written()).isEqualTo(ARCHIVE);
  }

  @Test
  void whatIsInTheRepositoryNeedsNoDigest() {
    Typed typed = Typed.slipway("set", "release", "shop", "2.0", directory.toString());
    assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.OK);
    assertThat(typed.out())
        .contains("+  release: {version: \"2.0\", source: {path: releases/shop}}");
    assertThat(Typed.slipway("set", "release", "gone", "2", directory.toString()).err())
        .contains("apps/gone.yaml:1:1", "does not exist");
  }
}
