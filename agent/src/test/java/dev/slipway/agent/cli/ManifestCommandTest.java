package dev.slipway.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    "../production, 2, no name of an environment"
  })
  void anEnvironmentThatIsNotThereIsSaid(String environment, int code, String said) {
    Typed typed = render("-e", environment);
    assertThat(typed.exitCode()).isEqualTo(code);
    assertThat(typed.err()).contains(said);
    assertThat(typed.out()).isEmpty();
  }
}
