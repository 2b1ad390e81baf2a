package dev.slipway.agent.balancer.machine;

import dev.slipway.agent.host.Machine;
import java.io.IOException;
import java.time.Duration;

/** A way to where a balancer answers: one command there, its reply back. */
public interface Line {
  /** The longest that one command may take. */
  Duration TIMEOUT = Duration.ofSeconds(10);

  /** The most that a reply may hold; 10,000 servers of HAProxy are a tenth of it. */
  int BYTES_MAX = 16 << 20;

  /**
   * Sends one line and reads until the balancer closes the connection.
   *
   * @throws IOException if the balancer cannot be asked or does not answer in time
   */
  String ask(String command) throws IOException;

  /** Returns the way to a Unix socket on a machine. */
  static Line unix(Machine machine, String path) {
    return new UnixLine(machine, path);
  }

  /** Returns the way to a TCP port as a machine sees it. */
  static Line tcp(Machine machine, String host, int port) {
    return new TcpLine(machine, host, port);
  }
}
