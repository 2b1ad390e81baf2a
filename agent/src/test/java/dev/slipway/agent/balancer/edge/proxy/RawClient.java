package dev.slipway.agent.balancer.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that sends exactly these bytes and shows exactly what comes back. */
final class RawClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Socket socket;

  private RawClient(Socket socket) {
    this.socket = socket;
  }

  static RawClient to(InetSocketAddress address) {
    try {
      var socket = Loopback.connect(address.getAddress().getHostAddress(), address.getPort());
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a request and returns all that comes until the other end closes. */
  static String exchange(InetSocketAddress address, String request) {
    try (var client = to(address)) {
      return client.send(request).rest();
    }
  }

  RawClient send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends what the other end takes before it closes. */
  void sendUntilClosed(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException closed) {
      assertThat(closed).hasMessageMatching("Broken pipe|Connection reset");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until the text has come, or the end, and returns all that was read. */
  String until(String text) {
    var read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = next();
      if (next < 0) {
        break;
      }
      read.append((char) next);
    }
    return read.toString();
  }

  String rest() {
    var read = new StringBuilder();
    for (int next = next(); next >= 0; next = next()) {
      read.append((char) next);
    }
    return read.toString();
  }

  /** A reset is an end too. */
  private int next() {
    try {
      return in().read();
    } catch (IOException e) {
      return -1;
    }
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
