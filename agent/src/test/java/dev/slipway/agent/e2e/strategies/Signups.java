package dev.slipway.agent.e2e.strategies;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.LoadClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a shop knows of its visitors: how many each of two releases had, and how many of them signed
 * up, as a document of JSON.
 *
 * <p>The visitors are real requests; of those of a release every so many-th signs up.
 */
final class Signups implements AutoCloseable {
  private final HttpServer http;
  private final Map<String, Integer> oneIn;
  private volatile List<LoadClient> loads = List.of();
  private volatile String stable = "";
  private volatile String candidate = "";

  /** Listens at an address; says of each version that one in so many signs up. */
  Signups(String address, Map<String, Integer> oneIn) {
    this.oneIn = oneIn;
    try {
      http = HttpServer.create(Loopback.at(address, 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/shop", this::tell);
    http.start();
  }

  /** Returns a goal of an A/B test, as a manifest has it: that more visitors sign up. */
  String goal() {
    return """
    {name: signup, url: "%s", successes: "/{{arm}}/signups", trials: "/{{arm}}/visitors"}\
    """
        .formatted(url());
  }

  /** Returns a metric of an analysis, as a manifest has it, that is good whatever it says. */
  String metric() {
    return "{name: signups, url: \"%s\", pointer: /candidate/signups}".formatted(url());
  }

  private String url() {
    return "http://%s:%d/shop"
        .formatted(http.getAddress().getAddress().getHostAddress(), http.getAddress().getPort());
  }

  /** From now on tells of these visitors. */
  void tellOf(List<LoadClient> others) {
    loads = others;
  }

  /** From now on tells of these two versions. */
  void compare(String former, String next) {
    stable = former;
    candidate = next;
  }

  private String arm(String name, String version) {
    long visitors =
        loads.stream().mapToLong(load -> load.report().byVersion().getOrDefault(version, 0L)).sum();
    return "\"%s\": {\"visitors\": %d, \"signups\": %d}"
        .formatted(name, visitors, visitors / oneIn.getOrDefault(version, 1));
  }

  private void tell(HttpExchange exchange) throws IOException {
    byte[] text =
        "{%s, %s}"
            .formatted(arm("stable", stable), arm("candidate", candidate))
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
