package dev.slipway.agent.probe;

import dev.slipway.strategies.fleet.Health;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Asks by connecting. */
final class TcpQuestion {
  /** A way through SSH accepts first and closes when the port beyond it refuses. */
  private static final Duration LINGER = Duration.ofMillis(200);

  private TcpQuestion() {}

  static Checked ask(Health.Tcp question, InetSocketAddress way, InetSocketAddress target) {
    try (var socket = new Socket()) {
      socket.connect(way, Math.toIntExact(question.timing().timeout().toMillis()));
      return opened(socket, target);
    } catch (SocketTimeoutException e) {
      return new Checked.Bad("%s does not answer".formatted(target));
    } catch (IOException e) {
      return new Checked.Bad("%s: %s".formatted(target, NetworkProber.text(e)));
    }
  }

  /** A server that waits for us to speak first lets the time run out. */
  private static Checked opened(Socket socket, InetSocketAddress target) throws IOException {
    socket.setSoTimeout(Math.toIntExact(LINGER.toMillis()));
    try {
      return socket.getInputStream().read() < 0
          ? new Checked.Bad("%s closes at once".formatted(target))
          : new Checked.Good("%s speaks".formatted(target));
    } catch (SocketTimeoutException e) {
      return new Checked.Good("%s accepts".formatted(target));
    }
  }
}
