package dev.slipway.agent.host.site;

import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Goal: the contract, on a host over SSH. Method: the real script behind a real sshd. */
class SshSiteTest extends RealSiteContract {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private static Path directory;
  private static SshdFixture sshd;
  private static Machines machines;

  @BeforeAll
  static void start() throws IOException {
    sshd = SshdFixture.in(directory).start();
    var known =
        Files.writeString(
            directory.resolve("known_hosts"),
            "%s %s%n".formatted(sshd.hostPattern("127.0.0.1"), SshKeys.publicLine(sshd.hostKey())));
    machines =
        Machines.open(
            Optional.of(
                new SshSettings(
                    sshd.user(),
                    sshd.port(),
                    Optional.empty(),
                    known,
                    sshd.userKey(),
                    Become.NONE,
                    MINUTE)));
  }

  @AfterAll
  static void stop() {
    machines.close();
    sshd.close();
  }

  @Override
  protected Reach reach() {
    return Reach.SSH;
  }

  @Override
  Machines machines() {
    return machines;
  }
}
