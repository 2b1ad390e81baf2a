package dev.slipway.agent.balancer.machine;

import dev.slipway.agent.host.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A TCP port as a machine sees it. */
final class TcpLine implements Line {
  private final Machine machine;
  private final String host;
  private final int port;

  TcpLine(Machine machine, String host, int port) {
    this.machine = machine;
    this.host = host;
    this.port = port;
  }

  @Override
  public String ask(String command) throws IOException {
    var done = new CountDownLatch(1);
    try (var tunnel = machine.tunnel(InetSocketAddress.createUnresolved(host, port));
        var channel = SocketChannel.open()) {
      Thread.ofVirtual().name("watchdog").start(() -> closeLate(channel, done));
      var near = tunnel.address();
      channel.connect(
          near.isUnresolved() ? new InetSocketAddress(near.getHostString(), near.getPort()) : near);
      return UnixLine.ask(channel, command);
    } catch (ClosedChannelException e) {
      throw new IOException("%s:%d did not answer within %s".formatted(host, port, TIMEOUT), e);
    } catch (IOException e) {
      throw new IOException("%s:%d: %s".formatted(host, port, e.getMessage()), e);
    } finally {
      done.countDown();
    }
  }

  private static void closeLate(SocketChannel channel, CountDownLatch done) {
    try {
      if (!done.await(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
        channel.close();
      }
    } catch (InterruptedException | IOException e) {
      // It is closed as far as it can be.
    }
  }
}
