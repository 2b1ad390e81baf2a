package dev.slipway.agent.e2e.procedures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: {@code files} lie in each release as that host fills them, and another text is another
 * release, which a revert takes back without sending anything. Method: a real agent on two local
 * hosts.
 */
@Timeout(300)
final class ConfigFilesTest {
  private static final String FILES =
      "files: [{path: config/site.yml, from: files/site.yml, mode: \"0640\"}]";

  private static Path file(World world, String host) {
    return world.srv().resolve(host).resolve("current/config/site.yml");
  }

  private static String text(World world, String host) {
    try {
      return Files.readString(file(world, host));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RolloutStatus pushed(World world, String text) {
    world.checkout().write("files/site.yml", text);
    return world.ended(world.checkout().commitAndPush("Write " + text.strip()));
  }

  @Test
  void eachHostGetsItsOwnAndAnotherTextIsAnotherRelease(@TempDir Path directory)
      throws IOException {
    try (var world = new World(directory, 2, "127.0.158").procedures(FILES).describe()) {
      world.write("1", new Behaviour.Sound()).start();
      assertThat(pushed(world, "{{host.name}} in {{environment}}\n").ending())
          .contains("succeeded");
      assertThat(text(world, "web1")).isEqualTo("web1 in test\n");
      assertThat(text(world, "web2")).isEqualTo("web2 in test\n");
      assertThat(Files.getPosixFilePermissions(file(world, "web1")))
          .isEqualTo(PosixFilePermissions.fromString("r--r-----"));

      assertThat(pushed(world, "{{version}} on {{ host.name }}\n").ending()).contains("succeeded");
      assertThat(text(world, "web2")).isEqualTo("1 on web2\n");

      world.checkout().revert(world.checkout().head());
      RolloutStatus back = world.ended(world.checkout().push().head());
      assertThat(back.ending()).contains("succeeded");
      assertThat(back.bytesSent()).isZero();
      assertThat(text(world, "web1")).isEqualTo("web1 in test\n");
    }
  }
}
