package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.HashSet;
import java.util.Set;

/** Header fields that belong to one connection and are not passed on (RFC 9110, 7.6.1). */
final class HopByHop {
  private static final Set<HttpString> ALWAYS =
      Set.of(
          Headers.CONNECTION,
          Headers.KEEP_ALIVE,
          new HttpString("Proxy-Connection"),
          Headers.TE,
          Headers.TRANSFER_ENCODING,
          Headers.UPGRADE,
          new HttpString("HTTP2-Settings"));

  private static final int LENGTH_DIGITS_MAX = 18;

  private HopByHop() {}

  /** Copies all that is meant for the other end. */
  static void copy(HeaderMap from, HeaderMap to) {
    var named = named(from);
    for (HeaderValues field : from) {
      var name = field.getHeaderName();
      if (!ALWAYS.contains(name) && !named.contains(name)) {
        to.putAll(name, field);
      }
    }
  }

  /** Returns whether a Content-Length is one number and nothing else. */
  static boolean isLength(HeaderValues values) {
    var text = values.size() == 1 ? values.getFirst() : "";
    boolean digits = !text.isEmpty() && text.length() <= LENGTH_DIGITS_MAX;
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits;
  }

  /** Returns the fields that a Connection header names, which are hop-by-hop by that. */
  static Set<HttpString> named(HeaderMap headers) {
    var values = headers.get(Headers.CONNECTION);
    if (values == null) {
      return Set.of();
    }
    var named = new HashSet<HttpString>();
    for (String value : values) {
      for (String token : value.split(",", -1)) {
        named.add(HttpString.tryFromString(token.strip()));
      }
    }
    // A client must not be able to make us drop what frames or routes its request.
    named.remove(Headers.CONTENT_LENGTH);
    named.remove(Headers.HOST);
    return named;
  }
}
