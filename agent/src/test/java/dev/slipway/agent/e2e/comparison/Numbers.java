package dev.slipway.agent.e2e.comparison;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A service with numbers about two releases of which the new one does better, whatever it is; what
 * a verdict is about is no part of what is compared here.
 */
final class Numbers implements AutoCloseable {
  private static final String TOTALS =
      """
      {"failed": 0, "stable": {"signups": 1000, "visitors": 10000},
       "candidate": {"signups": 2000, "visitors": 10000}}
      """;

  private final HttpServer http;

  Numbers(String address) {
    try {
      http = HttpServer.create(Loopback.at(address, 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] text = TOTALS.getBytes(StandardCharsets.UTF_8);
    http.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
          }
        });
    http.start();
  }

  String url() {
    var address = http.getAddress();
    return "http://%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort());
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
