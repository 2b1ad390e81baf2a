package dev.slipway.agent.host;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/**
 * One machine that commands run on: over SSH, or the agent's own.
 *
 * <p>Implementations are safe for use by several threads; each phase of a call has a deadline.
 */
public interface Machine extends AutoCloseable {

  /** Runs a command without input; at most 1 MiB of output is kept. */
  default Reply run(Command command, Duration timeout) {
    return run(command, Input.NONE, timeout);
  }

  /** Runs a command and writes the input to it, as far as it reads. */
  Reply run(Command command, Input input, Duration timeout);

  /**
   * Opens a way to a TCP port on the machine's own loopback or address.
   *
   * @throws java.net.ConnectException if it shows already now that nobody listens there; else that
   *     shows when connecting to {@link Tunnel#address()}
   * @throws IOException if the machine cannot be reached
   */
  Tunnel tunnel(InetSocketAddress target) throws IOException;

  /**
   * Connects to a Unix socket on the machine. When the time is up the channel is closed and reads
   * fail, so that no exchange can hang.
   *
   * @throws IOException if the machine or the socket cannot be reached
   */
  ByteChannel unixSocket(String path, Duration timeout) throws IOException;

  /** Returns the name that messages use. */
  String name();

  @Override
  void close();

  /** What is written to a command. */
  interface Input {
    /** Nothing. */
    Input NONE = _ -> {};

    /** Writes everything; the stream is closed afterwards by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** An open way to a port: connect to {@link #address()} while it is open. */
  interface Tunnel extends AutoCloseable {
    /** Returns the address on this machine that leads there. */
    InetSocketAddress address();

    @Override
    void close();
  }
}
