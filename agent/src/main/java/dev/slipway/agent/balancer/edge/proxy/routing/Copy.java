package dev.slipway.agent.balancer.edge.proxy.routing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** One copy of a request, on a connection that ends with it. */
final class Copy {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration WHOLE = Duration.ofSeconds(10);
  private static final int LINE_MAX = 64 << 10;
  private static final int BODY_MAX = 1 << 20;
  private static final int BUFFER_BYTES = 8 << 10;
  private static final int FINAL_MIN = 200;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: .*)?");

  private final Socket socket;
  private final LongSupplier nanos;
  private final long beganNanos;

  private Copy(Socket socket, LongSupplier nanos) {
    this.socket = socket;
    this.nanos = nanos;
    this.beganNanos = nanos.getAsLong();
  }

  /** What came back. */
  record Replied(int status, Duration after) {}

  static Replied exchange(InetSocketAddress to, byte[] request, LongSupplier nanos)
      throws IOException {
    try (var socket = new Socket()) {
      return new Copy(socket, nanos).run(to, request);
    }
  }

  private Replied run(InetSocketAddress to, byte[] request) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(to, Math.toIntExact(CONNECT.toMillis()));
    socket.getOutputStream().write(request);
    var in = new BufferedInputStream(socket.getInputStream());
    int status = status(in);
    while (status < FINAL_MIN) {
      while (!line(in).isEmpty()) {
        // The head of an answer that is not the last one.
      }
      status = status(in);
    }
    var replied = new Replied(status, elapsed());
    drain(in);
    return replied;
  }

  private int status(InputStream in) throws IOException {
    var line = line(in);
    var status = STATUS.matcher(line);
    if (!status.matches()) {
      throw new IOException("'%s' is no status line".formatted(line));
    }
    return Integer.parseInt(status.group(1));
  }

  private String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    var next = new byte[1];
    while (line.length() <= LINE_MAX) {
      if (read(in, next) < 0) {
        throw new IOException("the answer broke off");
      }
      if (next[0] == '\n') {
        return line.toString().strip();
      }
      line.append((char) (next[0] & 0xff));
    }
    throw new IOException("a line of the answer has more than %d bytes".formatted(LINE_MAX));
  }

  /** A member that is cut off in the middle would count a failure that is none. */
  private void drain(InputStream in) throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    try {
      int all = 0;
      for (int read = 0; read >= 0 && all < BODY_MAX; read = read(in, buffer)) {
        all += read;
      }
    } catch (SocketTimeoutException e) {
      // It does not close the connection though it was asked to, and has said what counts.
      socket.shutdownOutput();
    }
  }

  private int read(InputStream in, byte[] buffer) throws IOException {
    long left = WHOLE.minus(elapsed()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("the answer takes longer than %s".formatted(WHOLE));
    }
    socket.setSoTimeout(Math.toIntExact(left));
    return in.read(buffer);
  }

  private Duration elapsed() {
    return Duration.ofNanos(nanos.getAsLong() - beganNanos);
  }
}
