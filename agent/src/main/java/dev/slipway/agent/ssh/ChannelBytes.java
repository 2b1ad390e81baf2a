package dev.slipway.agent.ssh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.connection.channel.Channel;

/** A channel of sshj as bytes, which closes itself when its time is up. */
final class ChannelBytes implements ByteChannel {
  private static final int CHUNK = 32 << 10;
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final Channel channel;
  private final String tooLate;
  private final Runnable abort;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean expired;

  ChannelBytes(Channel channel, String tooLate, Duration timeout, Runnable abort) {
    this.channel = channel;
    this.tooLate = tooLate;
    this.abort = abort;
    Thread.ofVirtual().name("watchdog").start(() -> watch(timeout));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    byte[] chunk = new byte[Math.min(target.remaining(), CHUNK)];
    int count = channel.getInputStream().read(chunk);
    // An end that we made ourselves must not look like the end of an answer.
    if (expired) {
      throw new IOException(tooLate);
    }
    if (count > 0) {
      target.put(chunk, 0, count);
    }
    return count;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (closing.getCount() == 0) {
      throw expired ? new IOException(tooLate) : new ClosedChannelException();
    }
    byte[] chunk = new byte[Math.min(source.remaining(), CHUNK)];
    source.get(chunk);
    channel.getOutputStream().write(chunk);
    channel.getOutputStream().flush();
    return chunk.length;
  }

  @Override
  public boolean isOpen() {
    return closing.getCount() > 0;
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private void watch(Duration timeout) {
    try {
      expired = !closing.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
      closing.countDown();
      var goodbye = Thread.ofVirtual().start(() -> Quietly.run(channel::close));
      if (!goodbye.join(GOODBYE)) {
        abort.run();
      }
    } catch (InterruptedException e) {
      abort.run();
    }
  }
}
