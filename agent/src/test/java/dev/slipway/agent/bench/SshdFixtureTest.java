package dev.slipway.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: tests may trust the hosts that the bench gives them. Method: log in with OpenSSH's own
 * client in every way that Slipway supports.
 */
final class SshdFixtureTest {
  @TempDir Path directory;

  @Test
  void everyAddressIsAHostThatLetsTheUserKeysIn() {
    try (var sshd = SshdFixture.in(directory).listenOn("127.0.1.1", "127.0.1.2").start()) {
      for (var key : List.of(sshd.userKey(), sshd.ecdsaUserKey(), sshd.certifiedUserKey())) {
        assertThat(ssh(sshd, key, sshd.knownHosts(), "127.0.1.1", "echo hello").output())
            .isEqualTo("hello\n");
        assertThat(ssh(sshd, key, sshd.hashedKnownHosts(), "127.0.1.2", "exit 7").run().status())
            .isEqualTo(7);
      }
    }
  }

  @Test
  void whatTheUsersOwnShellDoesAtALoginIsNotDone() {
    try (var sshd = SshdFixture.in(directory).start()) {
      assertThat(ssh(sshd, sshd.userKey(), sshd.knownHosts(), "127.0.0.1", "cd && pwd").output())
          .isEqualTo(directory.resolve("home") + "\n");
    }
  }

  @Test
  void moreHostsThanOneServerCanListenFor() {
    var addresses = IntStream.rangeClosed(1, 20).mapToObj(n -> "127.0.2." + n).toList();
    try (var sshd = SshdFixture.in(directory).listenOn(addresses.toArray(String[]::new)).start()) {
      assertThat(addresses)
          .allSatisfy(address ->
              assertThat(
                      ssh(sshd, sshd.userKey(), sshd.knownHosts(), address, "true").run().status())
                  .isZero());
    }
  }

  @Test
  void aHostCertificateIsTrustedThroughItsAuthority() {
    try (var sshd = SshdFixture.in(directory).withHostCertificate().start()) {
      var known = sshd.authorityKnownHosts();

      assertThat(ssh(sshd, sshd.userKey(), known, "127.0.0.1", "echo hello").output())
          .isEqualTo("hello\n");
    }
  }

  @Test
  void replacedHostKeysAreNoLongerKnown() {
    try (var sshd = SshdFixture.in(directory).start()) {
      var known = sshd.knownHosts();
      var before = SshKeys.fingerprint(sshd.hostKey());
      sshd.kill();
      sshd.replaceHostKeys();
      sshd.start();

      var refused = ssh(sshd, sshd.userKey(), known, "127.0.0.1", "true").run();

      assertThat(refused.status()).isEqualTo(255);
      assertThat(refused.output()).contains("REMOTE HOST IDENTIFICATION HAS CHANGED");
      assertThat(SshKeys.fingerprint(sshd.hostKey())).startsWith("SHA256:").isNotEqualTo(before);
    }
  }

  @Test
  void aRevokedKeyIsNotLetInAndAnAuthorizedOneIs() {
    try (var sshd = SshdFixture.in(directory).start()) {
      var other = sshd.keys().key("other", "ed25519");
      var known = sshd.knownHosts();
      sshd.revokeAllKeys();
      sshd.authorize("command=\"echo forced\" " + SshKeys.publicLine(other));

      assertThat(ssh(sshd, sshd.userKey(), known, "127.0.0.1", "true").run().output())
          .contains("Permission denied");
      assertThat(ssh(sshd, other, known, "127.0.0.1", "true").output()).isEqualTo("forced\n");
    }
  }

  @Test
  void anOptionOfTheTestWinsOverTheOneOfTheFixture() {
    try (var sshd = SshdFixture.in(directory).with("ForceCommand", "echo always").start()) {
      assertThat(ssh(sshd, sshd.userKey(), sshd.knownHosts(), "127.0.0.1", "true").output())
          .isEqualTo("always\n");
    }
  }

  @Test
  void aPausedHostAcceptsAndStaysSilentUntilItIsResumed() throws IOException {
    try (var sshd = SshdFixture.in(directory).start();
        var socket = new Socket()) {
      sshd.pause();
      socket.setSoTimeout(300);
      socket.connect(Loopback.at("127.0.0.1", sshd.port()), 5_000);

      assertThat(firstByte(socket)).isEqualTo(-2);

      sshd.resume();
      socket.setSoTimeout(10_000);
      assertThat(firstByte(socket)).isEqualTo('S');
    }
  }

  @Test
  void aCutConnectionLeavesTheCommandRunning() {
    var started = directory.resolve("started");
    var finished = directory.resolve("finished");
    var go = directory.resolve("go");
    try (var sshd = SshdFixture.in(directory.resolve("sshd")).start()) {
      var script =
          "touch %s; until test -e %s; do sleep 0.1; done; touch %s"
              .formatted(started, go, finished);
      var client = ssh(sshd, sshd.userKey(), sshd.knownHosts(), "127.0.0.1", script);
      try (var running =
          Daemon.start(directory.resolve("log"), client.environment(), client.command())) {
        await().until(() -> Files.exists(started));
        sshd.cutConnections();

        assertThat(running.awaitExit()).isEqualTo(255);
        assertThat(finished).doesNotExist();
        Files.createFile(go);
        await().until(() -> Files.exists(finished));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Program ssh(
      SshdFixture sshd, Path key, Path knownHosts, String address, String command) {
    var line = new ArrayList<>(sshd.clientCommand(key, knownHosts));
    line.add(sshd.user() + "@" + address);
    line.add(command);
    return Program.of(line.toArray());
  }

  /** The first byte that comes, -1 at the end, -2 when nothing comes in time. */
  private static int firstByte(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketTimeoutException e) {
      return -2;
    }
  }
}
