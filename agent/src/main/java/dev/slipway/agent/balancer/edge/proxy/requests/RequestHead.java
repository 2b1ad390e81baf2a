package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.client.ClientRequest;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The head of a request as a member gets it: hop-by-hop fields taken out, the client's address,
 * scheme and host told in {@code X-Forwarded-*}, Host kept as the client sent it.
 */
final class RequestHead {
  private static final HttpString FORWARDED = new HttpString("Forwarded");

  /** Marks a copy, so that an application can leave out what must happen once only. */
  private static final HttpString MIRROR = new HttpString("X-Slipway-Mirror");

  private final HttpServerExchange exchange;
  private final Set<String> trusted;

  RequestHead(HttpServerExchange exchange, Set<String> trusted) {
    this.exchange = exchange;
    this.trusted = trusted;
  }

  /** Returns the request for a member that is known by this authority. */
  ClientRequest toMember(String authority) {
    var request = new ClientRequest().setMethod(exchange.getRequestMethod()).setPath(path());
    var head = request.getRequestHeaders();
    HopByHop.copy(exchange.getRequestHeaders(), head);
    // The edge answers `Expect: 100-continue` itself, as soon as a member has been found.
    head.remove(Headers.EXPECT);
    if (exchange.isHostIncludedInRequestURI()) {
      head.put(Headers.HOST, authorityOf(exchange.getRequestURI()));
    } else if (!head.contains(Headers.HOST)) {
      head.put(Headers.HOST, authority);
    }
    forwarded(head);
    upgrade().ifPresent(protocol -> askForUpgrade(head, protocol));
    if (exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)) {
      head.put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
    }
    return request;
  }

  /** Returns a copy of the request with this body, for a connection of its own. */
  byte[] copyTo(String authority, byte[] body) {
    var request = toMember(authority);
    var head = request.getRequestHeaders();
    head.put(MIRROR, "1");
    head.put(Headers.CONNECTION, Headers.CLOSE.toString());
    if (head.remove(Headers.TRANSFER_ENCODING) != null || body.length > 0) {
      head.put(Headers.CONTENT_LENGTH, String.valueOf(body.length));
    }
    var text = new StringBuilder();
    text.append("%s %s HTTP/1.1\r\n".formatted(request.getMethod(), request.getPath()));
    for (var field : head) {
      field.forEach(
          value -> text.append(field.getHeaderName()).append(": ").append(value).append("\r\n"));
    }
    var copy = new ByteArrayOutputStream();
    copy.writeBytes(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    copy.writeBytes(body);
    return copy.toByteArray();
  }

  /**
   * Returns the protocol that the client asks to go over to, if it is one that can be tunnelled.
   */
  Optional<String> upgrade() {
    var headers = exchange.getRequestHeaders();
    var protocol = Optional.ofNullable(headers.getFirst(Headers.UPGRADE));
    return protocol.filter(name ->
        exchange.isHttp11()
            && HopByHop.named(headers).contains(Headers.UPGRADE)
            && !name.toLowerCase(Locale.ROOT).startsWith("h2"));
  }

  private static void askForUpgrade(HeaderMap head, String protocol) {
    head.put(Headers.CONNECTION, Headers.UPGRADE.toString());
    head.put(Headers.UPGRADE, protocol);
  }

  private String path() {
    var uri = exchange.getRequestURI();
    if (exchange.isHostIncludedInRequestURI()) {
      int slash = uri.indexOf('/', uri.indexOf("//") + 2);
      uri = slash < 0 ? "/" : uri.substring(slash);
    }
    var query = exchange.getQueryString();
    return query.isEmpty() ? uri : uri + "?" + query;
  }

  private static String authorityOf(String uri) {
    int start = uri.indexOf("//") + 2;
    int slash = uri.indexOf('/', start);
    return slash < 0 ? uri.substring(start) : uri.substring(start, slash);
  }

  private void forwarded(HeaderMap head) {
    var peer = address(exchange.getSourceAddress());
    if (!trusted.contains(peer)) {
      head.remove(FORWARDED);
      head.remove(MIRROR);
      head.remove(Headers.X_FORWARDED_FOR);
      head.remove(Headers.X_FORWARDED_PROTO);
      head.remove(Headers.X_FORWARDED_HOST);
      head.remove(Headers.X_FORWARDED_PORT);
    }
    var chain = head.get(Headers.X_FORWARDED_FOR);
    head.put(
        Headers.X_FORWARDED_FOR, chain == null ? peer : String.join(", ", chain) + ", " + peer);
    putIfAbsent(head, Headers.X_FORWARDED_PROTO, exchange.getRequestScheme());
    putIfAbsent(head, Headers.X_FORWARDED_HOST, head.getFirst(Headers.HOST));
    putIfAbsent(
        head, Headers.X_FORWARDED_PORT, String.valueOf(exchange.getDestinationAddress().getPort()));
  }

  private static void putIfAbsent(HeaderMap head, HttpString name, String value) {
    if (!head.contains(name)) {
      head.put(name, value);
    }
  }

  private static String address(InetSocketAddress peer) {
    return peer.getAddress().getHostAddress();
  }
}
