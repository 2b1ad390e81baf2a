package dev.slipway.agent.balancer.edge.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A member: the JDK's HTTP server, which says its version with every answer. */
final class Origin implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong answered = new AtomicLong();

  private Origin(HttpServer server) {
    this.server = server;
  }

  /** What a member does with a request. */
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  static Origin named(String version) {
    return with(exchange -> say(exchange, version, version));
  }

  static Origin with(Behaviour behaviour) {
    return at(Loopback.at("127.0.0.1", Loopback.freePort()), behaviour);
  }

  static Origin at(InetSocketAddress address, Behaviour behaviour) {
    try {
      var origin = new Origin(HttpServer.create(address, 1_000));
      origin.server.setExecutor(origin.threads);
      origin.server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              behaviour.answer(exchange);
              origin.answered.incrementAndGet();
            }
          });
      origin.server.start();
      return origin;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void say(HttpExchange exchange, String version, String text) throws IOException {
    exchange.getRequestBody().readAllBytes();
    var body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("X-Slipway-Version", version);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  long answered() {
    return answered.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
