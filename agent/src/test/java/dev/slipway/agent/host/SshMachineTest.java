package dev.slipway.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.ssh.SshEndpoint;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a host over SSH, whatever happens to the connection. Method: a real sshd, also abused. */
class SshMachineTest extends MachineContract {
  @TempDir private static Path directory;
  private static SshdFixture sshd;

  private final Machines machines = machines(Optional.empty());

  @BeforeAll
  static void start() {
    sshd = SshdFixture.in(directory).start();
  }

  @AfterAll
  static void stop() {
    sshd.close();
  }

  @AfterEach
  void close() {
    machines.close();
  }

  @Override
  Machine machine() {
    return machines.machine(host());
  }

  @Test
  void fault40ALostConnectionIsUnknownAndTheNextCommandConnectsAnew() throws IOException {
    var up = files.resolve("up");
    var reply =
        CompletableFuture.supplyAsync(
            () -> machine().run(sh("touch " + up + "; sleep 300"), MINUTE));
    Awaitility.await().until(() -> Files.exists(up));
    sshd.cutConnections();

    assertThat(reply.join()).isInstanceOf(Reply.Lost.class);
    assertThat(machine().run(Command.of("echo", "back"), MINUTE))
        .isEqualTo(exited(0, "back\n", ""));
  }

  @Test
  void aConnectionThatDiedUnnoticedCostsNothing() {
    assertThat(machine().run(Command.of("true"), MINUTE)).isEqualTo(exited(0, "", ""));
    sshd.cutConnections();

    assertThat(machine().run(Command.of("true"), MINUTE)).isEqualTo(exited(0, "", ""));
  }

  @Test
  void fault37AHostThatIsGoneIsUnreachable() {
    sshd.kill();
    try {
      assertThat(machine().run(Command.of("true"), MINUTE))
          .isInstanceOfSatisfying(
              Reply.Unreachable.class,
              gone -> assertThat(gone.reason()).contains("connection refused"));
    } finally {
      sshd.start();
    }
    assertThat(machine().run(Command.of("true"), MINUTE)).isEqualTo(exited(0, "", ""));
  }

  @Test
  void commandsGoThroughAJumpHost() {
    var jump = "%s@127.0.0.1:%d".formatted(sshd.user(), sshd.port());
    try (var jumping = machines(Optional.of(jump))) {
      assertThat(jumping.machine(host()).run(Command.of("echo", "far"), MINUTE))
          .isEqualTo(exited(0, "far\n", ""));
    }
  }

  @Test
  void aLoginShellThatRefusesIsUnreachableAndSaysWhy() throws IOException {
    var keys = sshd.keys().key("nologin", "ed25519");
    sshd.authorize("command=\"echo This account is closed; exit 1\" " + SshKeys.publicLine(keys));
    var settings = settings(keys, Optional.empty());
    try (var closed = Machines.open(Optional.of(settings))) {
      assertThat(closed.machine(host()).run(Command.of("true"), MINUTE))
          .isInstanceOfSatisfying(
              Reply.Unreachable.class,
              refused -> assertThat(refused.reason()).contains("This account is closed"));
    }
  }

  @Test
  void fault50ANoisyProfileIsNoOutputOfTheCommand() {
    var keys = sshd.keys().key("noisy", "ed25519");
    sshd.authorize(
        "command=\"echo Welcome; echo Warning >&2; eval $SSH_ORIGINAL_COMMAND\" "
            + SshKeys.publicLine(keys));
    try (var noisy = Machines.open(Optional.of(settings(keys, Optional.empty())))) {
      assertThat(noisy.machine(host()).run(sh("echo out; echo err >&2"), MINUTE))
          .isEqualTo(exited(0, "out\n", "err\n"));
    }
  }

  @Test
  void jumpHostsAreReadWithUserAndPort() {
    assertThat(SshEndpoint.parse("bastion", "me")).isEqualTo(SshEndpoint.of("me", "bastion", 22));
    assertThat(SshEndpoint.parse("you@[2001:db8::1]:2222", "me"))
        .isEqualTo(SshEndpoint.of("you", "2001:db8::1", 2222));
  }

  private static Machines machines(Optional<String> jump) {
    return Machines.open(Optional.of(settings(sshd.userKey(), jump)));
  }

  private static SshSettings settings(Path key, Optional<String> jump) {
    return new SshSettings(
        sshd.user(),
        sshd.port(),
        jump,
        sshd.knownHosts(),
        key,
        SshSettings.Become.NONE,
        Duration.ofSeconds(15));
  }

  private static Host host() {
    return new Host("web1", "127.0.0.1", Optional.empty(), Reach.SSH, Map.of());
  }
}
