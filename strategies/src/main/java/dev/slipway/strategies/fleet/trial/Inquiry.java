package dev.slipway.strategies.fleet.trial;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to one instance, as a user might send it.
 *
 * @param host the {@code Host} header; the address of the instance if there is none
 * @param body what is sent with it
 * @param timeout for the whole answer
 */
public record Inquiry(
    Method method,
    String path,
    String scheme,
    Optional<String> host,
    Map<String, String> headers,
    Optional<String> body,
    Duration timeout) {
  public Inquiry {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path '%s' must start with /".formatted(path));
    }
    if (body.isPresent() && method != Method.POST) {
      throw new IllegalArgumentException("%s sends no body; use POST".formatted(method));
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout %s must be above zero".formatted(timeout));
    }
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
  }

  /** The methods that are sent. */
  public enum Method {
    GET,
    HEAD,
    POST
  }

  /** Returns method and path, by which people know it. */
  public String text() {
    return method + " " + path;
  }
}
