package dev.slipway.agent.balancer.istio;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A stand-in for a proxy of the mesh: it sends requests where the VirtualService says, by the rules
 * of Istio's reference as far as the tests use them, and divides exactly where Envoy draws.
 */
final class Mesh implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Integer> credits = new HashMap<>();
  private final ApiServer api;
  private final Origins origins;
  private final HttpServer server;

  Mesh(ApiServer api, Origins origins) {
    this.api = api;
    this.origins = origins;
    try {
      server = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      JsonNode route = route(path, exchange.getRequestHeaders());
      if (route.path("route").isEmpty()) {
        exchange.sendResponseHeaders(route.path("directResponse").path("status").asInt(404), -1);
        return;
      }
      String subset = drawn(route);
      String said = Origins.ask(origins.address(subset).getPort(), path);
      byte[] body = said.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private JsonNode route(String path, Headers headers) {
    JsonNode spec = api.object(ApiServer.VIRTUAL_SERVICE).path("spec");
    return spec.path("http")
        .valueStream()
        .filter(route -> !route.has("match") || matches(route.path("match"), path, headers))
        .findFirst()
        .orElseThrow();
  }

  private static boolean matches(JsonNode conditions, String path, Headers headers) {
    return conditions.valueStream().anyMatch(one -> isUri(one, path) && areHeaders(one, headers));
  }

  private static boolean isUri(JsonNode condition, String path) {
    return !condition.has("uri") || is(condition.path("uri"), path);
  }

  private static boolean areHeaders(JsonNode condition, Headers headers) {
    return condition
        .path("headers")
        .propertyStream()
        .allMatch(header ->
            Optional.ofNullable(headers.getFirst(header.getKey()))
                .filter(value -> is(header.getValue(), value))
                .isPresent());
  }

  private static boolean is(JsonNode matcher, String value) {
    return Stream.of(
            matcher.path("exact").asString("").equals(value) && matcher.has("exact"),
            matcher.has("prefix") && value.startsWith(matcher.path("prefix").asString()),
            matcher.has("regex") && value.matches(matcher.path("regex").asString()))
        .anyMatch(one -> one);
  }

  /** Whoever is owed the most is next, so that shares are exact after a few requests. */
  private synchronized String drawn(JsonNode route) {
    String best = "";
    int sum = 0;
    String key = route.path("name").asString() + route.path("route");
    for (JsonNode one : route.path("route")) {
      String subset = one.path("destination").path("subset").asString();
      int weight = route.path("route").size() == 1 ? 1 : one.path("weight").asInt(0);
      int credit = credits.merge(key + subset, weight, Integer::sum);
      sum += weight;
      if (weight > 0 && (best.isEmpty() || credit > credits.getOrDefault(key + best, 0))) {
        best = subset;
      }
    }
    credits.merge(key + best, -sum, Integer::sum);
    return best;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
