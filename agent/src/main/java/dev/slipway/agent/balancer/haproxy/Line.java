package dev.slipway.agent.balancer.haproxy;

import java.io.IOException;
import java.time.Duration;

/** A way to the runtime API: one command there, its reply back. */
interface Line {
  /** The longest that one command may take. */
  Duration TIMEOUT = Duration.ofSeconds(10);

  /** The most that a reply may hold; 10,000 servers are a tenth of it. */
  int BYTES_MAX = 16 << 20;

  /**
   * Sends one line and reads until HAProxy closes the connection.
   *
   * @throws IOException if HAProxy cannot be asked or does not answer in time
   */
  String ask(String command) throws IOException;
}
