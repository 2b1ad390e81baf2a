package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.client.ClientExchange;
import io.undertow.conduits.BytesReceivedStreamSourceConduit;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.Attachable;
import io.undertow.util.Transfer;
import java.io.IOException;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/** The bodies of one exchange, on their way through the edge in both directions. */
final class Relay {
  private final Attempt attempt;
  private final HttpServerExchange exchange;
  private final ClientExchange member;
  private final ByteBufferPool buffers;
  private boolean requestDone;
  private boolean responseDone;
  private long received;
  private long progressSeen;

  Relay(
      Attempt attempt, HttpServerExchange exchange, ClientExchange member, ByteBufferPool buffers) {
    this.attempt = attempt;
    this.exchange = exchange;
    this.member = member;
    this.buffers = buffers;
  }

  void requestToMember() {
    if (exchange.isRequestComplete()) {
      requestDone = true;
      return;
    }
    exchange.addRequestWrapper((factory, _) ->
        new BytesReceivedStreamSourceConduit(factory.create(), bytes -> received += bytes));
    // A member may answer before the first byte of the body comes, so it gets the head by itself.
    try {
      member.getRequestChannel().flush();
    } catch (IOException e) {
      attempt.broken();
      return;
    }
    Transfer.initiateTransfer(
        exchange.getRequestChannel(),
        member.getRequestChannel(),
        null,
        sink -> end(sink, exchange, member, () -> requestDone = true),
        (_, _) -> IoUtils.safeClose(exchange.getConnection()),
        // A member that refuses a body hangs up on it, and its answer may be there already.
        (_, _) -> {},
        buffers);
  }

  void responseToClient() {
    Transfer.initiateTransfer(
        member.getResponseChannel(),
        exchange.getResponseChannel(),
        null,
        this::responseEnds,
        (_, _) -> attempt.broken(),
        (_, _) -> IoUtils.safeClose(exchange.getConnection()),
        buffers);
  }

  /** The member has said all. If the client has not, what is left of its body is of no use. */
  private void responseEnds(StreamSinkChannel sink) {
    responseDone = true;
    end(sink, member, exchange, () -> {});
    if (!exchange.isRequestComplete()) {
      attempt.answeredEarly();
      exchange.endExchange();
    }
  }

  private void end(StreamSinkChannel sink, Attachable from, Attachable to, Runnable done) {
    // Undertow keeps the trailers that it has read under one key and looks for those to write
    // under the other, on both of its sides.
    var trailers = from.getAttachment(HttpAttachments.REQUEST_TRAILERS);
    if (trailers != null) {
      to.putAttachment(HttpAttachments.RESPONSE_TRAILERS, trailers);
    }
    try {
      sink.shutdownWrites();
      if (sink.flush()) {
        sink.getWriteSetter().set(null);
        done.run();
        return;
      }
      sink.getWriteSetter()
          .set(
              ChannelListeners.flushingChannelListener(
                  channel -> {
                    channel.suspendWrites();
                    done.run();
                  },
                  (_, _) -> attempt.broken()));
      sink.resumeWrites();
    } catch (IOException e) {
      attempt.broken();
    }
  }

  /** Returns whether the member's connection is clean, so that another request may use it. */
  boolean isFinished() {
    return requestDone && responseDone;
  }

  /** Returns whether it is the client that has not sent all. */
  boolean awaitsClient() {
    return !exchange.isRequestComplete();
  }

  /** Returns whether any byte has moved since this was asked last. */
  boolean hasProgressed() {
    long progress = received + exchange.getResponseBytesSent();
    boolean moved = progress != progressSeen;
    progressSeen = progress;
    return moved;
  }
}
