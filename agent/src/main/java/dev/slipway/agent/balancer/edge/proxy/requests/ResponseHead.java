package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

/** The head of a member's answer. */
final class ResponseHead {
  private ResponseHead() {}

  /** Returns whether there is one way only to tell where the answer ends. */
  static boolean isSound(HeaderMap head) {
    var encoding = head.get(Headers.TRANSFER_ENCODING);
    if (encoding != null) {
      return encoding.size() == 1 && encoding.getFirst().strip().equalsIgnoreCase("chunked");
    }
    var length = head.get(Headers.CONTENT_LENGTH);
    return length == null || HopByHop.isLength(length);
  }

  /** Copies what is meant for the client. */
  static void copy(HeaderMap from, HeaderMap to) {
    HopByHop.copy(from, to);
    if (from.contains(Headers.TRANSFER_ENCODING)) {
      // The length of an answer in chunks is what the chunks say (RFC 9112, 6.3).
      to.remove(Headers.CONTENT_LENGTH);
    }
  }

  /**
   * Sends a body of unknown length in chunks, on a connection that is to be closed afterwards too:
   * else a client took an answer that was broken off for a whole one.
   */
  static void frame(HttpServerExchange exchange) {
    boolean body =
        exchange.getStatusCode() != StatusCodes.NO_CONTENT
            && !exchange.getRequestMethod().equals(Methods.HEAD);
    var head = exchange.getResponseHeaders();
    if (body && exchange.isHttp11() && !head.contains(Headers.CONTENT_LENGTH)) {
      head.put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
    }
  }
}
