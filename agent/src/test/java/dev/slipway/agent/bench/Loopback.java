package dev.slipway.agent.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The only network of the tests: addresses in 127.0.0.0/8, and ports on which nobody listens.
 *
 * <p>Free ports come from below the kernel's ephemeral range, so that an outgoing connection of
 * another test cannot take the port between our look and the server's start.
 */
public final class Loopback {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int ATTEMPTS = 1_000;

  private Loopback() {}

  /** Returns a port that is free on 127.0.0.1. */
  public static int freePort() {
    return freePort(List.of("127.0.0.1"));
  }

  /** Returns a port that is free on each of the addresses. */
  public static int freePort(List<String> addresses) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (addresses.stream().allMatch(address -> isFree(address, port))) {
        return port;
      }
    }
    throw new IllegalStateException("no port is free on all of " + addresses);
  }

  /** Returns the address of a server, without asking any name service. */
  public static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  /** Opens a connection, whose owner closes it. */
  public static Socket connect(String address, int port) throws IOException {
    var socket = new Socket();
    socket.connect(at(address, port), CONNECT_TIMEOUT_MS);
    return socket;
  }

  private static boolean isFree(String address, int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(at(address, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
