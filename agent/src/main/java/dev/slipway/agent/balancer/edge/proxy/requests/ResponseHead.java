package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;

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
}
