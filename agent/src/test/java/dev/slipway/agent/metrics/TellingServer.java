package dev.slipway.agent.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers every question with what it was told, and writes down who asked. */
final class TellingServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private volatile Answer answer = new Answer(200, Map.of(), "");

  /** A status of 0 is no answer at all. */
  private record Answer(int status, Map<String, String> headers, String text) {}

  TellingServer(String address) {
    try {
      http = HttpServer.create(Loopback.at(address, 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  String url() {
    return "http://%s:%d"
        .formatted(http.getAddress().getAddress().getHostAddress(), http.getAddress().getPort());
  }

  TellingServer says(int status, String text) {
    return says(status, Map.of(), text);
  }

  TellingServer says(int status, Map<String, String> headers, String text) {
    answer = new Answer(status, headers, text);
    return this;
  }

  void saysNothing() {
    says(0, "");
  }

  /** Returns the login of each question, {@code none} for one without. */
  List<String> logins() {
    return logins;
  }

  private void handle(HttpExchange exchange) throws IOException {
    var now = answer;
    var login = exchange.getRequestHeaders().getFirst("Authorization");
    logins.add(login == null ? "none" : login);
    exchange.getRequestBody().readAllBytes();
    try (exchange) {
      if (now.status() == 0) {
        released.await();
        return;
      }
      now.headers().forEach(exchange.getResponseHeaders()::set);
      var text = now.text().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(now.status(), text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    released.countDown();
    http.stop(0);
    threads.close();
  }
}
