package dev.slipway.agent.balancer.edge.proxy.routing;

import dev.slipway.agent.balancer.edge.RoutingSpec.Where;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a request carries that it can be told apart by. */
final class Carried {
  private final HeaderMap headers;

  Carried(HeaderMap headers) {
    this.headers = headers;
  }

  boolean has(Where where, String name, String value) {
    return all(where, name).contains(value);
  }

  Optional<String> first(Where where, String name) {
    return all(where, name).stream().filter(value -> !value.isEmpty()).findFirst();
  }

  private List<String> all(Where where, String name) {
    return switch (where) {
      case HEADER -> values(new HttpString(name));
      case COOKIE -> cookies(name);
    };
  }

  private List<String> values(HttpString name) {
    var values = headers.get(name);
    return values == null ? List.of() : List.copyOf(values);
  }

  private List<String> cookies(String name) {
    var found = new ArrayList<String>();
    for (String line : values(Headers.COOKIE)) {
      for (String pair : line.split(";", -1)) {
        var cookie = pair.strip();
        if (cookie.startsWith(name + "=")) {
          found.add(cookie.substring(name.length() + 1));
        }
      }
    }
    return found;
  }
}
