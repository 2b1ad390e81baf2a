package dev.slipway.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Machines;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Health.From;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: only a proper answer is a good one. Method: a real port that answers as the first scripts
 * would have believed; the numbers are those of the list of defects.
 */
class SeedDefectsOfHealthTest {
  private static final Health.Timing TIMING =
      new Health.Timing(
          Duration.ofMillis(100), Duration.ofMillis(700), 1, Duration.ZERO, Duration.ofSeconds(5));
  private static final Host HERE =
      new Host("here", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());

  private final ServerSocket server;
  private final Machines machines = Machines.open(Optional.empty());

  SeedDefectsOfHealthTest() {
    try {
      server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    machines.close();
  }

  private Checked ask(From from, int port) {
    return Probers.open()
        .check(
            new Health.Http("/up", "http", Optional.empty(), 200, from, TIMING),
            machines.machine(HERE),
            HERE,
            new Slot("current", OptionalInt.of(port)),
            Map.of());
  }

  private Checked answered(String answer) {
    Thread.ofVirtual().start(() -> answer(answer));
    return ask(From.HOST, server.getLocalPort());
  }

  private void answer(String answer) {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket.getInputStream().read(new byte[4096]);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        return;
      }
    }
  }

  @Test
  void aProperAnswerIsGood() {
    assertThat(answered("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbroken"))
        .isInstanceOf(Checked.Good.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 500 broken, not ok\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /login?ok\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 ok\r\n\r\n"
      })
  void defect16AnAnswerThatOnlySoundsWellIsBad(String answer) {
    assertThat(answered(answer)).isInstanceOf(Checked.Bad.class);
  }

  @ParameterizedTest
  @EnumSource(From.class)
  void defect16SilenceIsBadWhenItsTimeIsUp(From from) {
    // The kernel takes the connection, and nobody ever answers.
    assertThat(ask(from, server.getLocalPort())).isInstanceOf(Checked.Bad.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ok",
        "200",
        "<html><body>200 OK</body></html>",
        "HTTP/1.1 NaN OK\r\n\r\n",
        "HTTP/1.1 2e+02 OK\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>200 ok</html>",
        "HTTP/1.1 200"
      })
  void defect22ErrorsPagesAndNothingAreNeverHealthy(String answer) {
    assertThat(answered(answer)).isNotInstanceOf(Checked.Good.class);
  }

  @ParameterizedTest
  @EnumSource(From.class)
  void defect22WhoCannotBeReachedIsNotHealthy(From from) {
    assertThat(ask(from, Loopback.freePort())).isNotInstanceOf(Checked.Good.class);
  }

  @Test
  void defect22ACommandThatIsNotThereIsNotHealthy() {
    var checked =
        Probers.open()
            .check(
                new Health.Exec(List.of("/no/such/command"), TIMING),
                machines.machine(HERE),
                HERE,
                new Slot("current", OptionalInt.empty()),
                Map.of());

    assertThat(checked).isNotInstanceOf(Checked.Good.class);
  }
}
