package dev.slipway.agent.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Map;

/**
 * A kept-alive connection to one server; safe for use by several threads.
 *
 * <p>Once it is lost it stays lost: dial again.
 */
public interface SshConnection extends AutoCloseable {

  /**
   * Has the login shell run a line; waits for a free session first.
   *
   * @param environment offered to the server, which may ignore it
   * @param timeout from now until the end of the command
   */
  Execution exec(String line, Map<String, String> environment, Duration timeout);

  /**
   * Opens a port on this machine's 127.0.0.1 that leads to an address as the server sees it. Every
   * user of this machine can connect to it while it is open.
   *
   * @throws java.net.ConnectException if the server cannot connect to the address
   * @throws IOException if the connection is lost
   */
  Forward forward(String host, int port) throws IOException;

  /**
   * Connects to a Unix socket on the server. The channel is closed when the time is up, so no read
   * can hang.
   *
   * @throws IOException if the connection is lost or the server cannot open the socket
   */
  ByteChannel unixSocket(String path, Duration timeout) throws IOException;

  /** Returns whether it looks alive; that it really is shows only when it is used. */
  boolean isAlive();

  @Override
  void close();

  /** A port of this machine that leads to the server. */
  interface Forward extends AutoCloseable {
    /** Returns where to connect. */
    InetSocketAddress address();

    @Override
    void close();
  }
}
