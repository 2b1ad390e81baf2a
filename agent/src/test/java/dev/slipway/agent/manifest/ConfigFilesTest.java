package dev.slipway.agent.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.artifact.ConfigFile;
import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.manifest.reading.AgentFile;
import dev.slipway.agent.manifest.reading.Shop;
import dev.slipway.agent.manifest.reading.Validation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: {@code files} lays texts of the repository into a release, and whatever could not be filled
 * on every host is said before anything happens. Method: a repository on a disk, as {@code slipway
 * validate} reads it.
 */
final class ConfigFilesTest {
  private static final String APPLICATION =
      Shop.application(
          """
          linkedDirs: [log]
          linkedFiles: [config/master.key]
          files:
            - %s
          """);

  @TempDir private Path directory;

  @BeforeEach
  void writeRepository() throws IOException {
    write("slipway.yaml", Shop.PROJECT);
    write("environments/production.yaml", Shop.ENVIRONMENT);
    write("releases/shop/index.html", "hello");
  }

  private void write(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> problems(String file) throws IOException {
    write("apps/shop.yaml", APPLICATION.formatted(file));
    return Validation.directory(directory).problems().stream().map(Problem::toString).toList();
  }

  @Test
  void theTextsAreAPartOfWhatIsWanted() throws IOException {
    write(
        "files/site.yml",
        "{{host.name}} {{host.address}} {{environment}} {{version}} {{branch}}\n");

    assertThat(problems("{path: config/site.yml, from: files/site.yml, mode: \"0640\"}")).isEmpty();

    assertThat(Validation.wanted(directory, "production"))
        .first()
        .isInstanceOfSatisfying(
            Wanted.Deploy.class,
            wanted ->
                assertThat(wanted.deployment().release().source())
                    .isInstanceOfSatisfying(
                        ArtifactSource.Configured.class,
                        source ->
                            assertThat(source.laid())
                                .containsExactly(
                                    new ConfigFile(
                                        "config/site.yml",
                                        "640",
                                        "{{host.name}} {{host.address}} {{environment}}"
                                            + " {{version}} {{branch}}\n"))));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{path: a, from: files/none}                  |         | 'files/none' is not a file of",
        "{path: a, from: files}                       |         | 'files' is not a file of",
        "{path: a, from: ../files/a}                  |         | ../files/a",
        "{path: ../a, from: files/a}                  |         | ../a",
        "{path: a}                                    |         | from",
        "{path: a, from: files/a, mode: \"0777\"}     |         | is not a file mode of a release",
        "{path: a, from: files/a, mode: 0640}         |         | quote file modes",
        "{path: a, from: files/a, template: yes}      |         | template",
        "{path: log/a, from: files/a}                 |         | lies in or around 'log'",
        "{path: config/master.key, from: files/a}     |         | lies in or around"
            + " 'config/master.key'",
        "{path: config, from: files/a}                |         | lies in or around",
        "{path: a, from: files/a}                     | {{slot}}| 'files/a' names slot, which has"
            + " no value",
        "{path: a, from: files/a}                     | {{region}} | 'files/a' names region, which"
            + " has no",
        "{path: a, from: files/a}                     | {{secret.KEY}} | names secret.KEY",
      })
  void whatCannotBeLaidIsSaid(String file, String text, String fact) throws IOException {
    write("files/a", text == null ? "" : text);

    assertThat(problems(file)).anySatisfy(problem -> assertThat(problem).contains(fact));
  }

  @Test
  void thePageIsRight() throws IOException {
    Handbook page = Handbook.page("files.md");
    write("apps/shop.yaml", page.file("apps/shop.yaml"));
    write("files/site.yml", page.file("files/site.yml"));
    write("units/shop@.service", "[Service]\nExecStart=/srv/shop/%i/bin/run\n");
    Path agent = directory.resolve("agent.yaml");

    assertThat(Validation.directory(directory).problems()).isEmpty();
    assertThat(
            AgentFile.parse(
                page.file("agent.yaml").getBytes(StandardCharsets.UTF_8), agent, Map.of()))
        .isInstanceOfSatisfying(
            Parsed.Valid.class,
            valid -> assertThat(valid.toString()).contains("unitFiles=[shop@*.service]"));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "unit: shop.service, unitFile: units/none.service | units/other.service | none.service",
        "unit: shop.service, unitFile: units/shop.service | units/other.service | is not a file of",
        "unit: shop.service, unitFile: units/other.service | units/other.service | call it shop.",
        "unit: a@b.service, unitFile: units/other.service | units/other.service | call it a@.serv",
        "unit: shop.service, unitFile: ../shop.service | units/shop.service | ../shop.service",
        "unit: shop.service, unitFile: units/shop.service, onActivate: reload | units/shop.service"
            + " | a unit that others use too has no file in a release",
      })
  void aUnitFileThatDoesNotFitIsSaid(String systemd, String file, String fact) throws IOException {
    write("files/a", "");
    write(file, "");
    write(
        "apps/shop.yaml",
        APPLICATION.formatted("{path: a, from: files/a}").replace("unit: shop.service", systemd));

    assertThat(Validation.directory(directory).problems())
        .anySatisfy(problem -> assertThat(problem.toString()).contains(fact));
  }

  @Test
  void twoUnitsDoNotShareAFileByChance() throws IOException {
    write("units/a/work@.service", "");
    write("units/b/work@.service", "");
    write(
        "environments/production.yaml",
        Shop.ENVIRONMENT.replace(
            "group: web, balancers: [{name: front}]",
            "roles: {web: {group: web}, job: {group: web}}"));
    write(
        "apps/shop.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Application
        metadata: {name: shop}
        spec:
          release: {version: "1.0", source: {path: releases/shop}}
          deployPath: /srv/shop
          roles:
            web: {service: {systemd: {unit: work@a.service, unitFile: units/a/work@.service}}}
            job: {service: {systemd: {unit: work@b.service, unitFile: units/b/work@.service}}}
        """);

    assertThat(Validation.directory(directory).problems())
        .singleElement()
        .asString()
        .contains("'units/b/work@.service' is called as units/a/work@.service is");
  }

  @Test
  void nothingLiesInSlipwaysOwnDirectoryOfARelease() throws IOException {
    write("files/a", "");

    assertThat(problems("{path: .slipway/units/a.service, from: files/a}"))
        .singleElement()
        .asString()
        .contains("'.slipway/units/a.service' is Slipway's own directory of a release");
  }

  @Test
  void whatIsNoTextIsSaid() throws IOException {
    write("files/a", "");
    Files.write(directory.resolve("files/a"), "é".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problems("{path: a, from: files/a}"))
        .singleElement()
        .asString()
        .contains("apps/shop.yaml:12:", "'files/a' is not text in UTF-8");
  }

  @Test
  void whatIsTooMuchIsSaid() throws IOException {
    write("files/a", "a".repeat(64 * 1024 + 1));

    assertThat(problems("{path: a, from: files/a}"))
        .singleElement()
        .asString()
        .contains("files that hold 65537 bytes together, and at most 65536 are allowed");
  }
}
