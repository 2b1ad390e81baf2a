package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.util.Optional;
import java.util.function.Function;

/** Takes the requests of one address: refuses what is not sound, and sends the rest on its way. */
public final class Frontend implements HttpHandler {
  private static final char DELETE = 0x7f;

  private final Surroundings surroundings;
  private final Function<String, Optional<Pool>> poolOfHost;

  /**
   * Makes the front of one address.
   *
   * @param poolOfHost finds the pool for the host that a request names
   */
  public Frontend(Surroundings surroundings, Function<String, Optional<Pool>> poolOfHost) {
    this.surroundings = surroundings;
    this.poolOfHost = poolOfHost;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    var fault = fault(exchange);
    if (fault.isPresent()) {
      exchange.setPersistent(false);
      say(exchange, StatusCodes.BAD_REQUEST, fault.get());
      return;
    }
    var pool = poolOfHost.apply(String.valueOf(exchange.getHostName()));
    if (pool.isEmpty()) {
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, "1");
      say(exchange, StatusCodes.SERVICE_UNAVAILABLE, "There is no application here yet.");
      return;
    }
    if (surroundings.isStopping()
        || HopByHop.named(exchange.getRequestHeaders()).contains(Headers.CLOSE)) {
      exchange.setPersistent(false);
    }
    var passage = new Passage(exchange, pool.get(), surroundings);
    exchange.dispatch(SameThreadExecutor.INSTANCE, passage::start);
  }

  /** What could make the edge and a member disagree where a request ends is not passed on. */
  private static Optional<String> fault(HttpServerExchange exchange) {
    var headers = exchange.getRequestHeaders();
    var encoding = headers.get(Headers.TRANSFER_ENCODING);
    if (encoding != null) {
      if (headers.contains(Headers.CONTENT_LENGTH)) {
        return Optional.of("Content-Length and Transfer-Encoding exclude each other.");
      }
      if (encoding.size() != 1 || !encoding.getFirst().equalsIgnoreCase("chunked")) {
        return Optional.of("The only Transfer-Encoding understood here is chunked.");
      }
      if (!exchange.getProtocol().equals(Protocols.HTTP_1_1)) {
        return Optional.of("Transfer-Encoding needs HTTP/1.1.");
      }
    }
    var length = headers.get(Headers.CONTENT_LENGTH);
    if (length != null && !HopByHop.isLength(length)) {
      return Optional.of("Content-Length is not one number.");
    }
    var hosts = headers.get(Headers.HOST);
    if (hosts == null ? exchange.isHttp11() : hosts.size() != 1) {
      return Optional.of("A request has one Host.");
    }
    if (hasControls(exchange.getRequestURI()) || hasControls(exchange.getQueryString())) {
      return Optional.of("A target has no control characters.");
    }
    return exchange.getRequestMethod().equals(Methods.CONNECT)
        ? Optional.of("CONNECT is for forward proxies.")
        : Optional.empty();
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(character -> character <= ' ' || character == DELETE);
  }

  private static void say(HttpServerExchange exchange, int status, String text) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
    exchange.getResponseSender().send(text + "\n");
  }
}
