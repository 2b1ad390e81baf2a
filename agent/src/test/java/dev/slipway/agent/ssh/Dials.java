package dev.slipway.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.SshdFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Dialling the servers of the bench, and what comes of it. */
final class Dials {
  private static final SshLimits PATIENT = SshLimits.DEFAULT.withDial(Duration.ofMinutes(1));

  private Dials() {}

  static SshEndpoint endpoint(SshdFixture sshd) {
    return SshEndpoint.of(sshd.user(), sshd.addresses().getFirst(), sshd.port());
  }

  static Dialed dial(SshdFixture sshd, Path key, Path knownHosts) {
    return dial(endpoint(sshd), SshTrust.of(key, knownHosts));
  }

  static Dialed dial(SshEndpoint endpoint, SshTrust trust) {
    return new Ssh(trust, PATIENT).dial(endpoint);
  }

  /** We are in, and a command runs. */
  static void assertIn(Dialed dialed) {
    switch (dialed) {
      case Dialed.Failed(_, var reason) -> throw new AssertionError(reason);
      case Dialed.Connected(var connection) -> {
        try (connection) {
          var execution = connection.exec("exit 7", Map.of(), Duration.ofMinutes(1));
          assertThat(execution).isInstanceOf(Execution.Begun.class);
          assertThat(((Execution.Begun) execution).process().await())
              .isEqualTo(new SshProcess.End.Exited(7));
        }
      }
    }
  }

  /** We are not in for this cause; returns the reason. */
  static String refusal(Dialed dialed, Dialed.Cause expected) {
    return switch (dialed) {
      case Dialed.Connected(var connection) -> {
        connection.close();
        throw new AssertionError("let in");
      }
      case Dialed.Failed(var cause, var reason) -> {
        assertThat(cause).as(reason).isEqualTo(expected);
        yield reason;
      }
    };
  }

  static Path write(Path file, String... lines) {
    try {
      return Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
