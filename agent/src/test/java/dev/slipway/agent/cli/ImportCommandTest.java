package dev.slipway.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what other tools know is printed as a manifest, and nothing but the manifest goes to
 * standard output. Method: the real command line.
 */
class ImportCommandTest {
  @TempDir Path directory;

  @Test
  void anInventoryIsPrintedAsAnEnvironment() throws IOException {
    Path file = Files.writeString(directory.resolve("hosts"), "[web]\nweb1\nweb2\n[db]\ndb1\n");

    var typed = Typed.slipway("import", "inventory", file.toString(), "-e", "staging", "-l", "web");

    assertThat(typed.exitCode()).isZero();
    assertThat(typed.out())
        .contains("metadata: {name: staging}", "\"web[1:2]\", groups: [web]")
        .doesNotContain("db1");
  }

  @Test
  void aGroupThatIsNotThereIsAnsweredWithThoseThatAre() throws IOException {
    Path file = Files.writeString(directory.resolve("hosts"), "[web]\nweb1\n");

    var typed = Typed.slipway("import", "inventory", file.toString(), "-l", "job");

    assertThat(typed.exitCode()).isEqualTo(ExitCode.INVALID);
    assertThat(typed.out()).isEmpty();
    assertThat(typed.err()).contains("has no host in group 'job'; use one of web");
  }

  @Test
  void aFileThatIsMissingIsSaidToBe() {
    var typed = Typed.slipway("import", "inventory", directory.resolve("gone").toString());

    assertThat(typed.exitCode()).isEqualTo(ExitCode.INVALID);
    assertThat(typed.err().lines()).singleElement().asString().contains("gone", "does not exist");
  }

  @Test
  void aNameThatNoEnvironmentCanHaveIsRefused() {
    var typed = Typed.slipway("import", "inventory", "hosts", "-e", "Pro duction");

    assertThat(typed.exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
