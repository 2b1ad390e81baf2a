package dev.slipway.agent.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Members that answer with their name; at {@code /slow} only when they are let. */
public final class Origins implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch slow = new CountDownLatch(1);
  private final Map<String, HttpServer> servers = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> copies = new ConcurrentHashMap<>();
  private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();

  /** Starts members with these names. */
  public Origins(List<String> names) {
    names.forEach(name -> servers.put(name, started(name, Loopback.at("127.0.0.1", 0))));
    servers.forEach((name, server) -> addresses.put(name, server.getAddress()));
  }

  private HttpServer started(String name, InetSocketAddress address) {
    try {
      var server = HttpServer.create(address, 0);
      server.setExecutor(threads);
      server.createContext("/", exchange -> answer(exchange, name));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange, String name) throws IOException {
    try (exchange) {
      if (exchange.getRequestHeaders().containsKey("X-Slipway-Mirror")) {
        copies.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
      }
      if (exchange.getRequestURI().getPath().equals("/slow")) {
        asked.countDown();
        slow.await();
      }
      exchange.sendResponseHeaders(200, name.length());
      exchange.getResponseBody().write(name.getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns where a member that was not stopped listens. */
  public InetSocketAddress address(String name) {
    var server = servers.get(name);
    if (server == null) {
      throw new IllegalArgumentException("no member " + name + " among " + servers.keySet());
    }
    return server.getAddress();
  }

  /** Ends a member; nobody listens there from now on. */
  public void stop(String name) {
    var stopped = servers.remove(name);
    if (stopped != null) {
      stopped.stop(0);
    }
  }

  /** Starts a member that was stopped again, where it was. */
  public void startAgain(String name) {
    servers.computeIfAbsent(name, _ -> started(name, Objects.requireNonNull(addresses.get(name))));
  }

  /** Returns whether a slow request has reached a member. */
  public boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Lets slow requests be answered, those under way and those to come. */
  public void letGo() {
    slow.countDown();
  }

  /** Begins a slow request at a port of 127.0.0.1, which must be answered well in the end. */
  public Subject.Open begin(int port) {
    var answer = CompletableFuture.supplyAsync(() -> ask(port, "/slow"), threads);
    return () -> {
      letGo();
      assertThat(answer.join()).as("the answer of a member").doesNotContain("HTTP/");
    };
  }

  /** Returns the body of an answer of 200, else its status line. */
  public static String ask(int port, String path) {
    return who(answer(port, "GET " + path));
  }

  static String answer(int port, String what, String... lines) {
    try (var socket = Loopback.connect("127.0.0.1", port)) {
      var head = new StringBuilder(what).append(" HTTP/1.0\r\n");
      List.of(lines).forEach(line -> head.append(line).append("\r\n"));
      socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends one request with this line in its head and returns who answered. */
  public static String askWith(int port, String line) {
    return who(answer(port, "GET /", line));
  }

  static String who(String answer) {
    return answer.matches("(?s)HTTP/1\\.[01] 200.*")
        ? answer.substring(answer.indexOf("\r\n\r\n") + 4)
        : answer.lines().findFirst().orElse("");
  }

  /** Returns how many copies of requests a member has got. */
  public int copies(String name) {
    return copies.getOrDefault(name, new AtomicInteger()).get();
  }

  @Override
  public void close() {
    letGo();
    servers.values().forEach(server -> server.stop(0));
    threads.shutdownNow();
  }
}
