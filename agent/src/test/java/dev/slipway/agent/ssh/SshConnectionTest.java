package dev.slipway.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.SshdFixture;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a connection runs commands, carries ports and sockets, and never hangs. Method: a real
 * sshd, which is also stopped, cut off and flooded.
 */
class SshConnectionTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private static Path directory;
  private static SshdFixture sshd;

  @BeforeAll
  static void start() {
    sshd = SshdFixture.in(directory).start();
  }

  @AfterAll
  static void stop() {
    sshd.close();
  }

  @Test
  void aCommandHasItsOwnInputOutputErrorsAndStatus() throws IOException {
    try (var connection = connect()) {
      var process = begin(connection, "cat; echo oops >&2; exit 7", MINUTE);
      process.input().write("hello".getBytes(StandardCharsets.UTF_8));
      process.input().close();

      assertThat(text(process.output())).isEqualTo("hello");
      assertThat(text(process.errors())).isEqualTo("oops\n");
      assertThat(process.await()).isEqualTo(new SshProcess.End.Exited(7));
    }
  }

  @Test
  void inputThatTheCommandDidNotTakeInTimeHasNoEnd() throws IOException {
    var limits =
        new SshLimits(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(1), 8);
    try (var connection = connect(limits)) {
      var process = begin(connection, "sleep 3; wc -c", Duration.ofSeconds(6));
      assertThatThrownBy(() -> process.input().write(new byte[8 << 20]))
          .isInstanceOf(IOException.class);

      process.input().close();

      assertThat(process.await()).isInstanceOf(SshProcess.End.TimedOut.class);
      assertThat(connection.isAlive()).isTrue();
    }
  }

  @Test
  void aSignalIsNamed() {
    try (var connection = connect()) {
      assertThat(begin(connection, "kill -KILL $$", MINUTE).await())
          .isEqualTo(new SshProcess.End.Signalled("KILL"));
    }
  }

  @Test
  void aCommandThatTakesTooLongIsGivenUpAndTheConnectionLives() {
    try (var connection = connect()) {
      var process = begin(connection, "exec sleep 30", Duration.ofSeconds(1));

      assertThat(process.await()).isInstanceOf(SshProcess.End.TimedOut.class);
      assertThat(begin(connection, "true", MINUTE).await()).isEqualTo(new SshProcess.End.Exited(0));
      assertThat(connection.isAlive()).isTrue();
    }
  }

  @Test
  void anEndlessOutputEndsWithItsTimeAndTheConnectionLives() {
    try (var connection = connect()) {
      var process = begin(connection, "cat /dev/zero", Duration.ofSeconds(1));

      assertThat(process.await()).isInstanceOf(SshProcess.End.TimedOut.class);
      await()
          .untilAsserted(() ->
              assertThat(begin(connection, "true", MINUTE).await())
                  .isEqualTo(new SshProcess.End.Exited(0)));
    }
  }

  @Test
  void fault40ACutConnectionIsALostCommandNotAFailedOne() {
    try (var connection = connect()) {
      var process = begin(connection, "echo up; sleep 300", MINUTE);
      assertThat(line(process.output())).isEqualTo("up");
      sshd.cutConnections();

      assertThat(process.await()).isInstanceOf(SshProcess.End.Lost.class);
      assertThat(connection.isAlive()).isFalse();
      assertThat(connection.exec("true", Map.of(), MINUTE)).isInstanceOf(Execution.NotBegun.class);
    }
  }

  @Test
  void fault41AHungServerIsNoticedByItsSilence() {
    var limits =
        new SshLimits(Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(1), 8);
    try (var connection = connect(limits)) {
      var process = begin(connection, "echo up; sleep 300", MINUTE);
      assertThat(line(process.output())).isEqualTo("up");
      sshd.pause();

      assertThat(process.await()).isInstanceOf(SshProcess.End.Lost.class);
    } finally {
      sshd.resume();
    }
  }

  @Test
  void moreCommandsThanSessionsWaitForTheirTurn() {
    try (var connection = connect();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var ends = new ArrayList<java.util.concurrent.Future<SshProcess.End>>();
      for (int i = 0; i < 200; i++) {
        ends.add(threads.submit(() -> begin(connection, ":", MINUTE).await()));
      }

      assertThat(ends)
          .allSatisfy(end -> assertThat(end.get()).isEqualTo(new SshProcess.End.Exited(0)));
    }
  }

  @Test
  void aPortLeadsToTheOtherSideForEveryConnection() throws IOException {
    try (var connection = connect();
        var echo = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        var forward = connection.forward("127.0.0.1", echo.getLocalPort())) {
      Thread.ofVirtual().start(() -> echoTwice(echo));
      for (String word : new String[] {"one", "two"}) {
        try (var socket = Loopback.connect("127.0.0.1", forward.address().getPort())) {
          socket.getOutputStream().write(word.getBytes(StandardCharsets.UTF_8));
          socket.shutdownOutput();
          assertThat(text(socket.getInputStream())).isEqualTo(word);
        }
      }
    }
  }

  @Test
  void aPortThatNobodyListensOnIsAnError() {
    try (var connection = connect()) {
      int port = Loopback.freePort();

      assertThatThrownBy(() -> connection.forward("127.0.0.1", port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot connect to 127.0.0.1 port " + port);
      assertThat(begin(connection, "true", MINUTE).await()).isEqualTo(new SshProcess.End.Exited(0));
    }
  }

  @Test
  void aUnixSocketOfTheOtherSideIsReached() throws IOException {
    var path = directory.resolve("echo.sock");
    try (var connection = connect();
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Thread.ofVirtual().start(() -> echo(server));
      try (var channel = connection.unixSocket(path.toString(), MINUTE)) {
        channel.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
        var answer = ByteBuffer.allocate(100);
        channel.read(answer);
        assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
            .isEqualTo("hello");
        assertThat(channel.read(answer)).isEqualTo(-1);
      }
    }
  }

  @Test
  void aUnixSocketThatStaysSilentIsAnErrorAndNotAnEnd() throws IOException {
    var path = directory.resolve("silent.sock");
    try (var connection = connect();
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (var channel = connection.unixSocket(path.toString(), Duration.ofSeconds(1))) {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(10)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("did not answer within PT1S");
      }
    }
  }

  @Test
  void aMissingUnixSocketIsAnError() {
    try (var connection = connect()) {
      assertThatThrownBy(() -> connection.unixSocket(directory + "/none.sock", MINUTE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("/none.sock");
    }
  }

  private static SshConnection connect() {
    return connect(SshLimits.DEFAULT);
  }

  private static SshConnection connect(SshLimits limits) {
    var trust = SshTrust.of(sshd.userKey(), sshd.knownHosts());
    var endpoint = SshEndpoint.of(sshd.user(), "127.0.0.1", sshd.port());
    return switch (new Ssh(trust, limits).dial(endpoint)) {
      case Dialed.Connected(var connection) -> connection;
      case Dialed.Failed(_, var reason) -> throw new AssertionError(reason);
    };
  }

  private static SshProcess begin(SshConnection connection, String line, Duration timeout) {
    return switch (connection.exec(line, Map.of(), timeout)) {
      case Execution.Begun(var process) -> process;
      case Execution.NotBegun(var reason) -> throw new AssertionError(reason);
      case Execution.Lost(var reason) -> throw new AssertionError(reason);
    };
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String line(InputStream stream) {
    try {
      var text = new StringBuilder();
      for (int next = stream.read(); next != '\n'; next = stream.read()) {
        text.append((char) next);
      }
      return text.toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void echoTwice(ServerSocket server) {
    for (int i = 0; i < 2; i++) {
      try (var socket = server.accept()) {
        socket.getInputStream().transferTo(socket.getOutputStream());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void echo(ServerSocketChannel server) {
    try (var channel = server.accept()) {
      var bytes = ByteBuffer.allocate(100);
      channel.read(bytes);
      channel.write(bytes.flip());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
