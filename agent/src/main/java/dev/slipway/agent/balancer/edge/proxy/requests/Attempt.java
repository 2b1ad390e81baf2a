package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.ClientExchange;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;

/** One try of a passage at one member, at which it is counted until {@link #release}. */
final class Attempt {
  private static final OptionMap SOCKET =
      OptionMap.create(Options.TCP_NODELAY, true, Options.KEEP_ALIVE, true);

  private final Passage passage;
  private final Upstream upstream;
  private final HttpServerExchange exchange;
  private final Surroundings surroundings;
  private Phase phase = Phase.CONNECTING;
  private Optional<ClientConnection> connection = Optional.empty();
  private Optional<Relay> relay = Optional.empty();
  private boolean reused;
  private boolean released;
  private long beganNanos;

  private enum Phase {
    CONNECTING,
    WAITING,
    ANSWERING,
    TUNNEL,
    OVER
  }

  Attempt(Passage passage, Upstream upstream) {
    this.passage = passage;
    this.upstream = upstream;
    this.exchange = passage.exchange();
    this.surroundings = passage.surroundings();
  }

  void start(boolean mayReuse) {
    var idle =
        mayReuse
            ? upstream.idle().poll(exchange.getIoThread())
            : Optional.<ClientConnection>empty();
    if (idle.isPresent()) {
      reused = true;
      send(idle.get());
    } else {
      connect();
    }
  }

  private void connect() {
    var address = upstream.address();
    if (address.isUnresolved()) {
      notSent();
      return;
    }
    passage.deadline(surroundings.in(surroundings.times().connect()));
    surroundings
        .client()
        .connect(
            new Connected(),
            uri(address.getAddress().getHostAddress(), address.getPort()),
            exchange.getIoThread(),
            surroundings.buffers(),
            SOCKET);
  }

  private static URI uri(String host, int port) {
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  /** Nothing was sent, so that any method may go elsewhere. */
  private void notSent() {
    phase = Phase.OVER;
    release();
    passage.unsent(upstream, reused);
  }

  private void send(ClientConnection open) {
    phase = Phase.WAITING;
    connection = Optional.of(open);
    beganNanos = surroundings.nanos();
    upstream.tally().asked();
    passage.deadline(surroundings.in(surroundings.times().response()));
    if (HttpContinue.requiresContinueResponse(exchange)) {
      HttpContinue.sendContinueResponse(exchange, new Continued(open));
    } else {
      sendNow(open);
    }
  }

  private void sendNow(ClientConnection open) {
    var head = new RequestHead(exchange, surroundings.trusted());
    open.sendRequest(head.toMember(upstream.authority()), new Sent());
  }

  /** No answer came, and none will. */
  private void lost() {
    if (phase != Phase.WAITING) {
      return;
    }
    phase = Phase.OVER;
    closeConnection();
    release();
    passage.unanswered(upstream, reused);
  }

  private void answered(ClientExchange result) {
    if (phase != Phase.WAITING) {
      return;
    }
    int status = result.getResponse().getResponseCode();
    boolean upgraded = status == StatusCodes.SWITCHING_PROTOCOLS;
    boolean expected = status >= StatusCodes.OK || (upgraded && asksForUpgrade());
    if (!expected || !ResponseHead.isSound(result.getResponse().getResponseHeaders())) {
      lost();
      return;
    }
    phase = Phase.ANSWERING;
    upstream.wellness().succeeded();
    upstream.tally().answered(status, Duration.ofNanos(surroundings.nanos() - beganNanos));
    exchange.setStatusCode(status);
    exchange.setReasonPhrase(result.getResponse().getStatus());
    ResponseHead.copy(result.getResponse().getResponseHeaders(), exchange.getResponseHeaders());
    passage
        .cookie()
        .ifPresent(cookie -> exchange.getResponseHeaders().add(Headers.SET_COOKIE, cookie));
    passage
        .pending()
        .ifPresent(
            pending -> pending.follow(exchange, status, result.getResponse().getResponseHeaders()));
    if (status == StatusCodes.NOT_MODIFIED) {
      notModified();
      return;
    }
    if (upgraded) {
      upgrade(result);
    } else {
      ResponseHead.frame(exchange);
      passage.deadline(surroundings.in(surroundings.times().stall()));
    }
    relay.ifPresent(Relay::responseToClient);
  }

  /**
   * This answer has no body, though its Content-Length tells how long one would be, for which the
   * client library would wait.
   */
  private void notModified() {
    abandon();
    exchange.endExchange();
  }

  private boolean asksForUpgrade() {
    return new RequestHead(exchange, surroundings.trusted()).upgrade().isPresent();
  }

  private void upgrade(ClientExchange result) {
    phase = Phase.TUNNEL;
    passage.clearDeadline();
    var protocol = result.getResponse().getResponseHeaders().getFirst(Headers.UPGRADE);
    exchange.getResponseHeaders().put(Headers.UPGRADE, protocol);
    result.getConnection().addCloseListener(_ -> release());
    exchange.upgradeChannel(
        (client, _) -> new Tunnel(client, result.getConnection()).open(surroundings.buffers()));
  }

  /** Both directions of the client's exchange are finished. */
  void exchangeComplete() {
    if (phase == Phase.TUNNEL || phase == Phase.OVER) {
      return;
    }
    phase = Phase.OVER;
    if (relay.filter(Relay::isFinished).isPresent() && passage.pool().keeps(upstream)) {
      connection.ifPresent(open -> upstream.idle().offer(open, surroundings.nanos()));
    } else {
      closeConnection();
    }
    release();
  }

  /** The member has said all, though it has not been told all: it is not needed any more. */
  void answeredEarly() {
    abandon();
  }

  /** Either end broke off in the middle. */
  void broken() {
    if (phase == Phase.WAITING) {
      lost();
    } else if (phase == Phase.ANSWERING) {
      abandon();
      passage.answer(StatusCodes.BAD_GATEWAY, "The application broke off its answer.");
    }
  }

  /** Nobody waits for the answer any more. */
  void abandon() {
    phase = Phase.OVER;
    closeConnection();
    release();
  }

  /** The passage's deadline has passed. */
  void expired() {
    switch (phase) {
      case CONNECTING -> notSent();
      case WAITING, ANSWERING -> stalled();
      case TUNNEL, OVER -> {
        // A tunnel may be silent for as long as it likes.
      }
    }
  }

  private void stalled() {
    if (relay.filter(Relay::hasProgressed).isPresent()) {
      passage.deadline(surroundings.in(surroundings.times().stall()));
      return;
    }
    boolean clientIsLate = relay.filter(Relay::awaitsClient).isPresent();
    abandon();
    if (clientIsLate) {
      passage.answer(StatusCodes.REQUEST_TIME_OUT, "The request did not arrive in time.");
    } else {
      surroundings.failed(upstream);
      passage.answer(StatusCodes.GATEWAY_TIME_OUT, "The application did not answer in time.");
    }
  }

  private void closeConnection() {
    connection.ifPresent(IoUtils::safeClose);
  }

  private void release() {
    if (!released) {
      released = true;
      upstream.sessions().decrementAndGet();
    }
  }

  private final class Connected implements ClientCallback<ClientConnection> {
    @Override
    public void completed(ClientConnection open) {
      if (phase == Phase.CONNECTING) {
        send(open);
      } else {
        IoUtils.safeClose(open);
      }
    }

    @Override
    public void failed(IOException e) {
      if (phase == Phase.CONNECTING) {
        notSent();
      }
    }
  }

  private final class Continued implements IoCallback {
    private final ClientConnection open;

    Continued(ClientConnection open) {
      this.open = open;
    }

    @Override
    public void onComplete(HttpServerExchange same, Sender sender) {
      if (phase == Phase.WAITING) {
        sendNow(open);
      }
    }

    @Override
    public void onException(HttpServerExchange same, Sender sender, IOException e) {
      IoUtils.safeClose(exchange.getConnection());
    }
  }

  private final class Sent implements ClientCallback<ClientExchange> {
    @Override
    public void completed(ClientExchange result) {
      var bodies = new Relay(Attempt.this, exchange, result, surroundings.buffers());
      relay = Optional.of(bodies);
      result.setResponseListener(new Answered());
      bodies.requestToMember();
    }

    @Override
    public void failed(IOException e) {
      // The connection was closed before anything was written to it.
      if (phase == Phase.WAITING) {
        closeConnection();
        notSent();
      }
    }
  }

  private final class Answered implements ClientCallback<ClientExchange> {
    @Override
    public void completed(ClientExchange result) {
      answered(result);
    }

    @Override
    public void failed(IOException e) {
      lost();
    }
  }
}
