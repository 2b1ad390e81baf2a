package dev.slipway.agent.notify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that takes notices down, and answers as the test has laid out. */
final class HookServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);

  /** What came. */
  record Received(String path, String key, String body) {}

  /** What is answered; a status of 0 is none until the server is released. */
  private record Answer(int status, Map<String, String> headers) {}

  HookServer() {
    try {
      http = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", this::handle);
    http.setExecutor(threads);
    http.start();
  }

  /** Returns an address whose path is as secret as Slack's. */
  String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(http.getAddress().getPort(), path);
  }

  /** The next answer that was not laid out yet; afterwards all is well. */
  HookServer then(int status) {
    return then(status, Map.of());
  }

  HookServer then(int status, Map<String, String> headers) {
    answers.add(new Answer(status, headers));
    return this;
  }

  /** The next one is not answered before the server is released. */
  HookServer thenSilence() {
    return then(0);
  }

  void release() {
    released.countDown();
  }

  List<Received> received() {
    return received;
  }

  private void handle(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
    received.add(new Received(exchange.getRequestURI().getPath(), key, body));
    var answer = answers.isEmpty() ? new Answer(200, Map.of()) : answers.remove();
    if (answer.status() == 0) {
      await();
    }
    try (exchange) {
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status() == 0 ? 200 : answer.status(), -1);
    }
  }

  private void await() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    release();
    http.stop(0);
    threads.close();
  }
}
