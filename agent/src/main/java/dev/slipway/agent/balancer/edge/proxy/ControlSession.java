package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.balancer.edge.Response;
import dev.slipway.agent.balancer.edge.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.xnio.IoUtils;

/** One connection to the control socket: lines in, lines out, until the other end closes. */
final class ControlSession {
  private static final long IDLE_NANOS_MAX = Duration.ofMinutes(1).toNanos();
  private static final int BUFFER_BYTES = 1 << 14;

  private final SocketChannel channel;
  private final Registry registry;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final AtomicLong lastNanos;

  ControlSession(SocketChannel channel, Registry registry) {
    this.channel = channel;
    this.registry = registry;
    this.lastNanos = new AtomicLong(registry.nanos());
  }

  void serve() {
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (channel) {
      while (channel.read(buffer.clear()) >= 0) {
        lastNanos.set(registry.nanos());
        buffer.flip();
        if (!take(buffer)) {
          say(garbled("a line has at most %d bytes".formatted(Wire.LINE_BYTES_MAX)));
          return;
        }
      }
    } catch (IOException e) {
      // The other end is gone, and with it everyone who could be told.
      IoUtils.safeClose(channel);
    }
  }

  /** Returns false if the line is longer than lines may be. */
  private boolean take(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == '\n') {
        var text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        say(answer(text));
      } else if (line.size() >= Wire.LINE_BYTES_MAX) {
        return false;
      } else {
        line.write(next);
      }
    }
    return true;
  }

  private String answer(String text) {
    return switch (Wire.request(text)) {
      case Wire.Read.Understood<Wire.Asked>(Wire.Asked(var request, var version)) ->
          Wire.write(registry.answer(request), version);
      case Wire.Read.Garbled<Wire.Asked>(var reason) -> garbled(reason);
    };
  }

  private static String garbled(String reason) {
    return Wire.write(new Response.Refused(Response.Code.BAD_REQUEST, reason));
  }

  private void say(String answer) throws IOException {
    var bytes = ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  boolean isIdle(long nowNanos) {
    return nowNanos - lastNanos.get() > IDLE_NANOS_MAX;
  }

  void close() {
    IoUtils.safeClose(channel);
  }
}
