package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.client.ClientConnection;
import io.undertow.connector.ByteBufferPool;
import io.undertow.util.Transfer;
import java.io.IOException;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;

/** Two connections that went over to another protocol: bytes go both ways until one end closes. */
final class Tunnel {
  private final StreamConnection client;
  private final ClientConnection member;

  Tunnel(StreamConnection client, ClientConnection member) {
    this.client = client;
    this.member = member;
  }

  void open(ByteBufferPool buffers) {
    try {
      var upgraded = member.performUpgrade();
      client.getCloseSetter().set(_ -> close());
      join(upgraded, client, buffers);
      join(client, upgraded, buffers);
    } catch (IOException e) {
      close();
    }
  }

  private void join(StreamConnection from, StreamConnection to, ByteBufferPool buffers) {
    Transfer.initiateTransfer(
        from.getSourceChannel(),
        to.getSinkChannel(),
        null,
        this::end,
        (_, _) -> close(),
        (_, _) -> close(),
        buffers);
  }

  /** One end has said all; what it said is delivered, then both are closed. */
  private void end(StreamSinkChannel sink) {
    try {
      sink.shutdownWrites();
      if (sink.flush()) {
        close();
        return;
      }
      sink.getWriteSetter()
          .set(ChannelListeners.flushingChannelListener(_ -> close(), (_, _) -> close()));
      sink.resumeWrites();
    } catch (IOException e) {
      close();
    }
  }

  private void close() {
    IoUtils.safeClose(client, member);
  }
}
