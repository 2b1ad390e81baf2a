package dev.slipway.agent.balancer.edge.proxy.routing;

import io.undertow.server.HttpServerExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.StreamSourceConduit;

/** Keeps what passes of a request's body on its way to the member, for a copy of the request. */
public final class BodyTap extends AbstractStreamSourceConduit<StreamSourceConduit> {
  private static final int BODY_MAX = 64 << 10;

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final Consumer<byte[]> whole;
  private final Runnable tooLong;
  private boolean ended;

  private BodyTap(StreamSourceConduit body, Consumer<byte[]> whole, Runnable tooLong) {
    super(body);
    this.whole = whole;
    this.tooLong = tooLong;
  }

  /**
   * Follows the body of a request that nobody has begun to read.
   *
   * @param whole gets the body once all of it has passed
   * @param tooLong is told of one that is too long to be kept
   */
  public static void follow(HttpServerExchange exchange, Consumer<byte[]> whole, Runnable tooLong) {
    exchange.addRequestWrapper((factory, _) -> new BodyTap(factory.create(), whole, tooLong));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int from = target.position();
    int read = super.read(target);
    keep(target, from, read);
    return read;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    for (int at = offset; at < offset + length; at++) {
      if (targets[at].hasRemaining()) {
        return read(targets[at]);
      }
    }
    return 0;
  }

  @Override
  public long transferTo(long position, long count, FileChannel target) throws IOException {
    return target.transferFrom(new ConduitReadableByteChannel(this), position, count);
  }

  @Override
  public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
      throws IOException {
    return IoUtils.transfer(new ConduitReadableByteChannel(this), count, through, target);
  }

  private void keep(ByteBuffer target, int from, int read) {
    if (ended) {
      return;
    }
    if (read < 0) {
      ended = true;
      whole.accept(kept.toByteArray());
    } else if (kept.size() + read > BODY_MAX) {
      ended = true;
      kept.reset();
      tooLong.run();
    } else if (read > 0) {
      var passed = new byte[read];
      target.get(from, passed);
      kept.write(passed, 0, read);
    }
  }
}
