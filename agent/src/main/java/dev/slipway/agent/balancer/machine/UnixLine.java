package dev.slipway.agent.balancer.machine;

import dev.slipway.agent.host.Machine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;

/** A Unix socket on a machine. */
final class UnixLine implements Line {
  private static final int CHUNK = 32 << 10;

  private final Machine machine;
  private final String path;

  UnixLine(Machine machine, String path) {
    this.machine = machine;
    this.path = path;
  }

  @Override
  public String ask(String command) throws IOException {
    try (var channel = machine.unixSocket(path, TIMEOUT)) {
      return ask(channel, command);
    }
  }

  static String ask(ByteChannel channel, String command) throws IOException {
    var out = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII));
    while (out.hasRemaining()) {
      channel.write(out);
    }
    var reply = new ByteArrayOutputStream();
    var chunk = ByteBuffer.allocate(CHUNK);
    while (channel.read(chunk) >= 0) {
      reply.write(chunk.array(), 0, chunk.position());
      chunk.clear();
      if (reply.size() > BYTES_MAX) {
        throw new IOException(
            "the reply to '%s' is longer than %d bytes".formatted(command, BYTES_MAX));
      }
    }
    return reply.toString(StandardCharsets.UTF_8);
  }
}
