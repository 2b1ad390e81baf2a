package dev.slipway.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Goal: a missing server is never a silent pass. Method: look for servers along a search path that
 * the test controls, with and without the promise that all are installed.
 */
final class RequirementsTest {
  @Test
  void aMissingServerSkipsTheTestWithTheLineThatInstallsIt(@TempDir Path empty) {
    var requirements = new Requirements(false, List.of(empty));

    assertThatThrownBy(() -> requirements.require(Server.HAPROXY))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("haproxy is not installed")
        .hasMessageContaining("apt-get install haproxy");
  }

  @Test
  void aMissingServerFailsTheTestWhereAllServersArePromised(@TempDir Path empty) {
    var requirements = new Requirements(true, List.of(empty));

    assertThatThrownBy(() -> requirements.require(Server.SSHD))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("apt-get install openssh-server")
        .hasMessageContaining(Requirements.STRICT_VARIABLE);
  }

  @Test
  void theFirstExecutableOnTheSearchPathIsTaken(@TempDir Path first, @TempDir Path second)
      throws Exception {
    Files.writeString(first.resolve("nginx"), "not executable");
    var executable = PosixFilePermissions.fromString("rwx------");
    var nginx =
        Files.createFile(second.resolve("nginx"), PosixFilePermissions.asFileAttribute(executable));

    assertThat(new Requirements(true, List.of(first, second)).require(Server.NGINX))
        .isEqualTo(nginx);
  }
}
