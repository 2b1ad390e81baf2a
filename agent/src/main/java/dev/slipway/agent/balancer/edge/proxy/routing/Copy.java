package dev.slipway.agent.balancer.edge.proxy.routing;

import dev.slipway.agent.balancer.edge.proxy.comparing.Pending.Copied;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
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

  /** Reads what follows the status. */
  @FunctionalInterface
  interface Reader {
    Copied read(int status, InputStream in) throws IOException;
  }

  /** Leaves all that follows to be dropped. */
  static final Reader DROPPING = (_, _) -> Copied.none();

  /** What came back. */
  record Replied(int status, Duration after, Copied copied) {}

  static Replied exchange(Parcel copy, Reader reader, LongSupplier nanos) throws IOException {
    try (var socket = new Socket()) {
      return new Copy(socket, nanos).run(copy, reader);
    }
  }

  private Replied run(Parcel copy, Reader reader) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(copy.to(), Math.toIntExact(CONNECT.toMillis()));
    socket.getOutputStream().write(copy.request());
    var in = new BufferedInputStream(socket.getInputStream());
    int status = status(in);
    while (status < FINAL_MIN) {
      while (!line(in).isEmpty()) {
        // The head of an answer that is not the last one.
      }
      status = status(in);
    }
    Duration after = elapsed();
    Copied copied = reader.read(status, new Timed(in));
    if (!copied.isWhole()) {
      drain(in);
    }
    return new Replied(status, after, copied);
  }

  /** What the member says, for as long as it may take to say it. */
  private final class Timed extends InputStream {
    private final InputStream in;

    Timed(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      var next = new byte[1];
      return read(next, 0, 1) < 0 ? -1 : next[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      await();
      return in.read(buffer, offset, length);
    }
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
    await();
    return in.read(buffer);
  }

  private void await() throws IOException {
    long left = WHOLE.minus(elapsed()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("the answer takes longer than %s".formatted(WHOLE));
    }
    socket.setSoTimeout(Math.toIntExact(left));
  }

  private Duration elapsed() {
    return Duration.ofNanos(nanos.getAsLong() - beganNanos);
  }
}
