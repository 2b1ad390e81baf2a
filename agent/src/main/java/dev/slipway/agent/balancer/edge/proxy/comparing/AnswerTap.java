package dev.slipway.agent.balancer.edge.proxy.comparing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.ConduitWritableByteChannel;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.StreamSinkConduit;

/** Keeps what passes of an answer's body on its way to the user, and holds up none of it. */
final class AnswerTap extends AbstractStreamSinkConduit<StreamSinkConduit> {
  private final KeptBody kept = new KeptBody();
  private final Consumer<KeptBody> done;
  private boolean ended;

  /**
   * Takes where the answer goes.
   *
   * @param done gets the body once all of it has passed, or more than is kept
   */
  AnswerTap(StreamSinkConduit next, Consumer<KeptBody> done) {
    super(next);
    this.done = done;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int from = source.position();
    int written = super.write(source);
    keep(source, from, written);
    return written;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    for (int at = offset; at < offset + length; at++) {
      if (sources[at].hasRemaining()) {
        return write(sources[at]);
      }
    }
    return 0;
  }

  @Override
  public int writeFinal(ByteBuffer source) throws IOException {
    return Conduits.writeFinalBasic(this, source);
  }

  @Override
  public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
    return Conduits.writeFinalBasic(this, sources, offset, length);
  }

  @Override
  public long transferFrom(FileChannel source, long position, long count) throws IOException {
    return source.transferTo(position, count, new ConduitWritableByteChannel(this));
  }

  @Override
  public long transferFrom(StreamSourceChannel source, long count, ByteBuffer through)
      throws IOException {
    return IoUtils.transfer(source, count, through, new ConduitWritableByteChannel(this));
  }

  @Override
  public void terminateWrites() throws IOException {
    end();
    super.terminateWrites();
  }

  private void keep(ByteBuffer source, int from, int written) {
    if (ended || written <= 0) {
      return;
    }
    var passed = new byte[written];
    source.get(from, passed);
    kept.add(passed, written);
    if (kept.isTooLong()) {
      end();
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      done.accept(kept);
    }
  }
}
