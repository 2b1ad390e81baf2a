package dev.slipway.agent.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a secret is read only from where its environment's secrets lie, and only if it is kept
 * well. Method: real files with real modes.
 */
class SecretsTest {
  private static final SecretName NEXUS = new SecretName("production", "nexus");
  private static final String VALUE = "hunter2";

  @TempDir Path directory;

  @Test
  void everyReadingSeesTheValueOfNow() throws IOException {
    Path file = written("secrets/production/nexus", VALUE + "\n", "rw-r-----");
    assertThat(value()).isEqualTo(VALUE);

    Files.writeString(file, "rotated");

    assertThat(value()).isEqualTo("rotated");
  }

  @Test
  void theCredentialsOfSystemdAreTheSecondPlace() throws IOException {
    written("credentials/production.nexus", "of systemd", "r--r-----");
    assertThat(value()).isEqualTo("of systemd");

    written("secrets/production/nexus", "of the directory", "rw-------");

    assertThat(value()).isEqualTo("of the directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-rw----", "rw----rw-", "rw-----w-"})
  void whatIsOpenToOthersIsRefused(String mode) throws IOException {
    written("secrets/production/nexus", VALUE, mode);

    assertThat(reason()).contains("'nexus'", "'production'", "chmod 600").doesNotContain(VALUE);
  }

  @Test
  void whatIsMissingEmptyOrTooLargeIsRefusedWithItsName() throws IOException {
    assertThat(reason()).contains("'nexus'", "'production'", "there is no file");

    written("secrets/production/nexus", " \n", "rw-------");
    assertThat(reason()).contains("is empty");

    written("secrets/production/nexus", VALUE.repeat(10_000), "rw-------");
    assertThat(reason()).contains("larger than").doesNotContain(VALUE);
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    Files.write(written("secrets/production/nexus", "", "rw-------"), new byte[] {(byte) 0xff});

    assertThat(reason()).contains("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../staging/nexus", "..", ".", "", "a/b", "/etc/passwd", ".hidden", "a\0b"})
  void noNameLeadsToAnotherEnvironment(String name) {
    assertThatThrownBy(() -> new SecretName("production", name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "", "a/b", "../a"})
  void noEnvironmentIsADirectoryElsewhere(String environment) {
    assertThatThrownBy(() -> new SecretName(environment, "nexus"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aValueDoesNotPrintItself() {
    assertThat(new Secrets.Read.Found(new Secret(VALUE)).toString()).doesNotContain(VALUE);
  }

  private String value() {
    return switch (read()) {
      case Secrets.Read.Found(var secret) -> secret.value();
      case Secrets.Read.Unusable(var reason) -> throw new AssertionError(reason);
    };
  }

  private String reason() {
    return switch (read()) {
      case Secrets.Read.Found _ -> throw new AssertionError("it was read");
      case Secrets.Read.Unusable(var reason) -> reason;
    };
  }

  private Secrets.Read read() {
    return new Secrets(directory.resolve("secrets"), Optional.of(directory.resolve("credentials")))
        .read(NEXUS);
  }

  private Path written(String name, String text, String mode) throws IOException {
    Path file = directory.resolve(name);
    for (var place : List.of("secrets/production", "credentials")) {
      Files.createDirectories(directory.resolve(place));
    }
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
