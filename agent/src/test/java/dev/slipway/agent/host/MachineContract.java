package dev.slipway.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Machine} promises; each adapter's test extends it. */
abstract class MachineContract {
  static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int PACKET = 32 << 10;

  @TempDir Path files;

  abstract Machine machine();

  @Test
  void aCommandGetsExactlyItsWords() {
    var words = List.of("printf", "%s|", "a b", "", "'", "\"$(id)\"", "a\nb", "!x\\", "ü*~", "-n");

    assertThat(machine().run(new Command(words), MINUTE))
        .isEqualTo(exited(0, "a b||'|\"$(id)\"|a\nb|!x\\|ü*~|-n|", ""));
  }

  @Test
  void statusOutputAndErrorsAreKeptApart() {
    assertThat(machine().run(sh("echo out; echo err >&2; exit 3"), MINUTE))
        .isEqualTo(exited(3, "out\n", "err\n"));
  }

  @Test
  void aProgramThatIsNotThereIsAnExitLikeInAShell() {
    assertThat(machine().run(Command.of("no-such-program"), MINUTE))
        .isInstanceOfSatisfying(
            Reply.Exited.class,
            exited -> {
              assertThat(exited.status()).isEqualTo(127);
              assertThat(exited.errors()).contains("no-such-program");
            });
  }

  @Test
  void aSignalIsNamed() {
    assertThat(machine().run(sh("kill -TERM $$"), MINUTE)).isEqualTo(new Reply.Signalled("TERM"));
  }

  @Test
  void inputOfManyBytesArrivesWhole() {
    byte[] bytes = new byte[3 << 20];
    Arrays.fill(bytes, (byte) 'x');

    assertThat(machine().run(Command.of("wc", "-c"), out -> out.write(bytes), MINUTE))
        .isInstanceOfSatisfying(
            Reply.Exited.class,
            exited -> assertThat(exited.output().strip()).isEqualTo("" + bytes.length));
  }

  @Test
  void theEndOfTheInputArrivesAlsoWhereTheCommandReadsSlowly() {
    // Whole packets and most of one more, around the window of OpenSSH and what its pipes hold: so
    // one of these ends while the window is used up.
    for (int packets = 64; packets < 80; packets++) {
      int size = packets * PACKET + PACKET - 1_000;
      byte[] bytes = new byte[size];
      assertThat(machine().run(sh("sleep 0.3; wc -c"), out -> out.write(bytes), MINUTE))
          .isEqualTo(exited(0, size + "\n", ""));
    }
  }

  @Test
  void aCommandThatDoesNotReadItsInputIsNoFailure() {
    byte[] bytes = new byte[8 << 20];

    assertThat(machine().run(Command.of("true"), out -> out.write(bytes), MINUTE))
        .isEqualTo(exited(0, "", ""));
  }

  @Test
  void inputThatBreaksOffIsNotTakenForTheWhole() {
    Machine.Input broken =
        out -> {
          out.write(1);
          throw new IOException("the disk is gone");
        };

    assertThat(machine().run(Command.of("cat"), broken, MINUTE))
        .isInstanceOfSatisfying(
            Reply.Lost.class, lost -> assertThat(lost.reason()).contains("the disk is gone"));
  }

  @Test
  void fault51EndlessOutputIsCutAtTheLimit() {
    assertThat(machine().run(sh("head -c 3000000 /dev/zero"), MINUTE))
        .isInstanceOfSatisfying(
            Reply.Exited.class,
            exited -> {
              assertThat(exited.truncated()).isEqualTo(Reply.Truncated.YES);
              assertThat(exited.output()).hasSizeLessThanOrEqualTo(Capture.BYTES_MAX);
            });
  }

  @Test
  void aCommandThatTakesTooLongIsKilledWithItsChildren() throws IOException {
    var pids = files.resolve("pids");
    var script = "sleep 300 & echo $! $$ > " + pids + "; wait";

    assertThat(machine().run(sh(script), Duration.ofSeconds(2))).isInstanceOf(Reply.TimedOut.class);
    for (String pid : Files.readString(pids).strip().split(" ", -1)) {
      await().until(() -> !runs(pid));
    }
    assertThat(machine().run(Command.of("true"), MINUTE)).isEqualTo(exited(0, "", ""));
  }

  @Test
  void aDaemonThatKeepsTheOutputOpenHoldsNobodyUp() throws IOException {
    var pid = files.resolve("pid");

    assertThat(machine().run(sh("sleep 300 & echo $! > " + pid + "; echo up"), MINUTE))
        .isEqualTo(exited(0, "up\n", ""));
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void theEnvironmentOfTheAgentDoesNotLeak() {
    assertThat(machine().run(sh("env"), MINUTE))
        .isInstanceOfSatisfying(
            Reply.Exited.class,
            exited -> assertThat(exited.output()).contains("HOME=").doesNotContain("MAVEN"));
  }

  @Test
  void manyCommandsRunAtATime() throws Exception {
    var machine = machine();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var replies = new ArrayList<Future<Reply>>();
      for (int i = 0; i < 20; i++) {
        var word = "" + i;
        replies.add(threads.submit(() -> machine.run(Command.of("echo", word), MINUTE)));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(replies.get(i).get()).isEqualTo(exited(0, i + "\n", ""));
      }
    }
  }

  @Test
  void aTunnelLeadsToAPort() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        var tunnel = machine().tunnel((InetSocketAddress) server.getLocalSocketAddress());
        var socket =
            Loopback.connect(
                tunnel.address().getAddress().getHostAddress(), tunnel.address().getPort())) {
      try (var accepted = server.accept()) {
        accepted.getOutputStream().write('x');
      }

      assertThat(socket.getInputStream().read()).isEqualTo('x');
    }
  }

  @Test
  void aUnixSocketIsReachedAndItsSilenceIsAnError() throws IOException {
    var path = files.resolve("s");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (var channel = machine().unixSocket(path.toString(), Duration.ofSeconds(2));
          var accepted = server.accept()) {
        channel.write(ByteBuffer.wrap("ping".getBytes(StandardCharsets.UTF_8)));
        var got = ByteBuffer.allocate(10);
        accepted.read(got);
        assertThat(got.position()).isEqualTo(4);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("did not answer");
      }
    }
  }

  @Test
  void aUnixSocketThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> machine().unixSocket(files + "/none", MINUTE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/none");
  }

  static Command sh(String script) {
    return Command.of("sh", "-c", script);
  }

  static Reply exited(int status, String output, String errors) {
    return new Reply.Exited(status, output, errors, Reply.Truncated.NO);
  }

  /** A killed process stays in the list until its parent has asked for its status. */
  private static boolean runs(String pid) {
    try {
      return !Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }
}
