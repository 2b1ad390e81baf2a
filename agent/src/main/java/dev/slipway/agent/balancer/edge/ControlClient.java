package dev.slipway.agent.balancer.edge;

import dev.slipway.agent.balancer.edge.Wire.Read;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The agent's end of the control socket: one connection, one line up, one line down.
 *
 * <p>Channels of Unix sockets know no time-outs, so a selector waits in their place.
 */
final class ControlClient {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path socket;
  private final Duration timeout;

  ControlClient(Path socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  /** How a question went. */
  sealed interface Result {
    /** The edge said something. */
    record Answered(Response response) implements Result {}

    /** It did not. */
    record Unreachable(String reason) implements Result {}
  }

  /** Asks in today's version, and in that of the edge if it is of before. */
  Result ask(Request request) {
    Result result = ask(Wire.write(request));
    if (!(result instanceof Result.Answered(var response))) {
      return result;
    }
    var older = Wire.versionFrom(response);
    if (older.isEmpty()) {
      return result;
    }
    return Wire.versionOf(request) <= older.getAsInt()
        ? ask(Wire.write(request, older.getAsInt()))
        : new Result.Answered(
            new Response.Refused(Response.Code.BAD_REQUEST, tooOld(older.getAsInt())));
  }

  private String tooOld(int version) {
    return "the edge at %s is older than this agent and %s; start it again, as with `systemctl"
            .formatted(
                socket,
                version == Wire.FIRST
                    ? "knows no match rules, sticky users or mirrors"
                    : "compares no answers")
        + " restart slipway-edge`";
  }

  private Result ask(String line) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        var selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      var key = channel.register(selector, 0);
      send(channel, key, line + "\n");
      return understood(receive(channel, key));
    } catch (IOException e) {
      return new Result.Unreachable(
          "%s: the edge cannot be asked: %s; is `slipway edge` running?"
              .formatted(socket, e.getMessage()));
    }
  }

  private Result understood(String line) {
    return switch (Wire.response(line)) {
      case Read.Understood<Response>(var response) -> new Result.Answered(response);
      case Read.Garbled<Response>(var reason) ->
          new Result.Unreachable("%s: the answer is garbled: %s".formatted(socket, reason));
    };
  }

  private void send(SocketChannel channel, SelectionKey key, String line) throws IOException {
    var bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(key, SelectionKey.OP_WRITE);
      }
    }
  }

  private String receive(SocketChannel channel, SelectionKey key) throws IOException {
    var line = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (line.size() <= Wire.ANSWER_BYTES_MAX) {
      int read = channel.read(buffer.clear());
      if (read < 0) {
        throw new IOException("it closed the connection without a whole answer");
      }
      if (read == 0) {
        await(key, SelectionKey.OP_READ);
      }
      line.write(buffer.array(), 0, read);
      if (read > 0 && buffer.get(read - 1) == '\n') {
        return line.toString(StandardCharsets.UTF_8);
      }
    }
    throw new IOException("its answer is longer than %d bytes".formatted(Wire.ANSWER_BYTES_MAX));
  }

  private void await(SelectionKey key, int operation) throws IOException {
    key.interestOps(operation);
    if (key.selector().select(timeout.toMillis()) == 0) {
      throw new IOException("no answer within %d ms".formatted(timeout.toMillis()));
    }
    key.selector().selectedKeys().clear();
  }
}
