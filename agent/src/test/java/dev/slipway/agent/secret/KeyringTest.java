package dev.slipway.agent.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a changed secret is noticed, and a mark tells nothing of it. Method: secrets in files, and
 * keys of two agents.
 */
class KeyringTest {
  private static final List<String> NAMES = List.of("TOKEN", "URL");

  @TempDir Path directory;

  private Secrets secrets() {
    return new Secrets(directory.resolve("secrets"), Optional.empty());
  }

  private Keyring keyring(String state) throws IOException {
    return Keyring.in(Files.createDirectories(directory.resolve(state)), secrets());
  }

  private void put(String environment, String name, String value) throws IOException {
    Path file = directory.resolve("secrets").resolve(environment).resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void onlyAnotherValueHasAnotherMark() throws IOException {
    put("live", "TOKEN", "one");
    put("live", "URL", "one");
    Map<String, String> before = keyring("state").marks("live", NAMES);

    assertThat(before).containsOnlyKeys("TOKEN", "URL");
    assertThat(before.get("TOKEN")).isNotEqualTo(before.get("URL"));
    assertThat(keyring("state").marks("live", NAMES)).isEqualTo(before);
    put("live", "TOKEN", "two");
    Map<String, String> after = keyring("state").marks("live", NAMES);
    assertThat(after.get("TOKEN")).isNotEqualTo(before.get("TOKEN"));
    assertThat(after.get("URL")).isEqualTo(before.get("URL"));
  }

  @Test
  void whoeverHasNotTheKeyCannotTryValues() throws IOException {
    put("live", "TOKEN", "one");

    assertThat(keyring("other").marks("live", NAMES))
        .doesNotContainValue(keyring("state").marks("live", NAMES).get("TOKEN"));
    assertThat(Files.getPosixFilePermissions(directory.resolve("state/mark.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void oneEnvironmentSeesNothingOfAnother() throws IOException {
    put("live", "TOKEN", "one");

    assertThat(keyring("state").vault("preview").open(List.of("TOKEN")))
        .isInstanceOfSatisfying(
            Vault.Opened.Lacking.class,
            lacking ->
                assertThat(lacking.reasons())
                    .singleElement()
                    .asString()
                    .contains("secret 'TOKEN' of environment 'preview'"));
    assertThat(keyring("state").marks("preview", NAMES)).isEmpty();
  }

  @Test
  void allThatIsLackingIsTold() throws IOException {
    put("live", "TOKEN", "a\0b");

    assertThat(((Vault.Opened.Lacking) keyring("state").vault("live").open(NAMES)).reasons())
        .hasSize(2)
        .anyMatch(reason -> reason.contains("'TOKEN' holds a NUL"))
        .anyMatch(reason -> reason.contains("secret 'URL' of environment 'live'"));
  }

  @Test
  void aKeyThatIsNoneIsNotReplaced() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    Files.writeString(directory.resolve("state/mark.key"), "short");

    assertThatThrownBy(() -> keyring("state"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mark.key");
  }
}
