package dev.slipway.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: what a host gets is the release with the texts of its repository over it, and the release
 * is the same one for all hosts. Method: texts are laid over an archive of every kind of entry.
 */
class LaidArtifactTest extends ArtifactContract {
  private static final Map<String, String> WEB1 = Map.of("host.name", "web1");

  private final SpooledArtifact base;

  LaidArtifactTest(@TempDir Path directory) {
    this.base =
        (SpooledArtifact)
            new Archives()
                .script("bin/run", "#!/bin/sh\n")
                .directory("config")
                .directory("config.d/nothing")
                .file("config.yml", "of the release")
                .file("z", "z")
                .link("current", "z")
                .artifact(directory);
  }

  private LaidArtifact over(ConfigFile... files) throws RefusedException {
    return LaidArtifact.over(base, List.of(files));
  }

  private static ConfigFile file(String path, String text) {
    return new ConfigFile(path, "640", text);
  }

  @Override
  protected Artifact artifact() {
    try {
      return over(
              file("config/site.yml", "host: {{host.name}}\n"),
              file("config.yml", "über {{ host.name }}"),
              new ConfigFile("bin/tool", "750", "#!/bin/sh\n"))
          .filled(WEB1);
    } catch (RefusedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void textsAreFilledAndTakeThePlaceOfFiles() throws IOException {
    var words = Arrays.asList(Received.of(artifact()).manifest().split("\\s+", -1));

    assertThat(words)
        .contains("bin/run", "bin/tool", "config/site.yml", "config.d/nothing", "current", "z")
        .contains(Digest.of("host: web1\n").hex())
        .contains(Digest.of("über web1").hex())
        .doesNotContain("config");
    assertThat(words.stream().filter("config.yml"::equals)).hasSize(1);
  }

  @Test
  void theReleaseIsOneForAllHostsAndAnotherOneForEveryText() throws RefusedException {
    var written = over(file("site.yml", "{{host.name}}"));

    assertThat(written.filled(WEB1).content())
        .isNotEqualTo(written.filled(Map.of("host.name", "web2")).content());
    assertThat(over(file("site.yml", "{{host.name}}")).content()).isEqualTo(written.content());
    assertThat(over(file("site.yml", "{{ host.name }}")).content()).isNotEqualTo(written.content());
    assertThat(over(new ConfigFile("site.yml", "644", "{{host.name}}")).content())
        .isNotEqualTo(written.content());
    var filled = over(file("site.yml", "web1")).filled(Map.of());
    assertThat(written.filled(WEB1).content()).isEqualTo(filled.content());
    assertThat(over(file("site.yml", "web1")).content()).isNotEqualTo(filled.content());
  }

  @ParameterizedTest
  @CsvSource({
    "config,        is a directory",
    "bin,           is a directory",
    "config.d,      is a directory",
    "z/site.yml,    no directory of the release",
    "current/x.yml, no directory of the release",
  })
  void whereItCannotLieItIsRefused(String path, String fact) {
    assertThatThrownBy(() -> over(file(path, "")))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).contains(path, fact));
  }

  @Test
  void aVariableWithoutAValueIsNoText() throws RefusedException {
    var written = over(file("site.yml", "{{region}}"));

    assertThatThrownBy(() -> written.filled(WEB1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{{region}}");
  }
}
