package dev.slipway.agent.e2e.strategies.numbers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;

/** What users met, as numbers that Prometheus scrapes: for balancers that count nothing. */
final class UsersNumbers implements AutoCloseable {
  private final HttpServer http;
  private volatile Optional<LoadClient> load = Optional.empty();

  UsersNumbers(String address) {
    try {
      http = HttpServer.create(Loopback.at(address, 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/metrics", this::tell);
    http.start();
  }

  /** Returns what Prometheus scrapes. */
  String target() {
    return "%s:%d"
        .formatted(http.getAddress().getAddress().getHostAddress(), http.getAddress().getPort());
  }

  /** From now on tells of these users. */
  void tellOf(LoadClient other) {
    load = Optional.of(other);
  }

  private void tell(HttpExchange exchange) throws IOException {
    byte[] text =
        load.map(users -> text(users.report())).orElse("").getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(200, text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private static String text(LoadReport report) {
    String answers =
        report.byVersion().entrySet().stream()
            .map(entry ->
                "users_answers_total{version=\"%s\"} %d%n"
                    .formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining());
    return "%susers_lost_total %d%n".formatted(answers, report.lost());
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
