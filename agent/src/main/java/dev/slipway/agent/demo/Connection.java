package dev.slipway.agent.demo;

import static java.util.stream.Collectors.joining;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * One HTTP/1.1 connection of a client, which never retries by itself.
 *
 * <p>The JDK's client retries and pools on its own account, so nobody could tell a lost request
 * from a repeated one; hence these few lines of HTTP.
 */
final class Connection implements AutoCloseable {
  private static final int BUFFER = 8 * 1024;

  private final Socket socket;
  private final InputStream input;
  private boolean used;

  private Connection(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream(), BUFFER);
  }

  static Connection open(LoadPlan plan) throws IOException {
    var socket = new Socket();
    try {
      int timeout = Math.toIntExact(plan.timeout().toMillis());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(timeout);
      socket.connect(plan.target(), timeout);
      return new Connection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Tells whether the connection has carried an answer before. */
  boolean isReused() {
    return used;
  }

  Outcome send(byte[] request) {
    boolean waiting = true;
    try {
      socket.getOutputStream().write(request);
      input.mark(1);
      if (input.read() < 0) {
        return new Outcome.Unanswered("closed without an answer");
      }
      input.reset();
      waiting = false;
      return read();
    } catch (SocketTimeoutException e) {
      return new Outcome.Failed(waiting ? "no answer in time" : "answer stopped half-way");
    } catch (IOException e) {
      return waiting ? new Outcome.Unanswered(name(e)) : new Outcome.Failed(name(e));
    } finally {
      used = true;
    }
  }

  private Outcome read() throws IOException {
    var head = ResponseHead.read(input);
    while (head.isInterim()) {
      head = ResponseHead.read(input);
    }
    boolean framed = head.skipBody(input);
    return new Outcome.Answered(head.status(), head.version(), framed && head.keepsAlive());
  }

  /** Names a failure by what happened, without ports, so that equal ones can be counted. */
  static String name(IOException e) {
    return String.valueOf(e.getMessage());
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  static byte[] request(LoadPlan plan, boolean keepAlive) {
    String more = plan.headers().stream().map(line -> line + "\r\n").collect(joining());
    return """
    GET %s HTTP/1.1\r
    Host: %s\r
    Connection: %s\r
    %s\r
    """
        .formatted(
            plan.path(), plan.target().getHostString(), keepAlive ? "keep-alive" : "close", more)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
