package dev.slipway.agent.host;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A Unix socket of this machine, which closes itself when its time is up. */
final class LocalSocket implements ByteChannel {
  private final SocketChannel channel;
  private final String path;
  private final Duration timeout;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean expired;

  private LocalSocket(SocketChannel channel, String path, Duration timeout) {
    this.channel = channel;
    this.path = path;
    this.timeout = timeout;
    Thread.ofVirtual().name("watchdog").start(this::watch);
  }

  static LocalSocket connect(String path, Duration timeout) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    var socket = new LocalSocket(channel, path, timeout);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException("cannot open the socket %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    try {
      return channel.read(target);
    } catch (ClosedChannelException e) {
      throw late(e);
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    try {
      return channel.write(source);
    } catch (ClosedChannelException e) {
      throw late(e);
    }
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    channel.close();
  }

  private IOException late(ClosedChannelException closing) {
    return expired
        ? new IOException("%s did not answer within %s".formatted(path, timeout))
        : closing;
  }

  private void watch() {
    try {
      if (!closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        expired = true;
        channel.close();
      }
    } catch (InterruptedException | IOException e) {
      // It is closed as far as it can be.
    }
  }
}
