package dev.slipway.agent.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.strategies.fleet.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Instances that answer 200, or 500 at {@code /bad}, or late at {@code /slow}, and tell Prometheus
 * at {@code /metrics} as its client libraries do: a status that never was has no series.
 */
final class Apps implements AutoCloseable {
  private static final double[] BUCKETS = {0.005, 0.1, 0.5, 5};
  private static final int SLOW_MS = 200;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<Instance, App> apps = new TreeMap<>();

  Apps(String address, Instance... instances) {
    for (Instance instance : instances) {
      apps.put(instance, new App(Loopback.at(address, 0)));
    }
  }

  InetSocketAddress address(Instance instance) {
    return app(instance).http.getAddress();
  }

  /** Returns the label that Prometheus gives to what it scrapes there. */
  String target(Instance instance) {
    var address = address(instance);
    return "%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort());
  }

  /** Returns how many requests an instance has answered. */
  long requests(Instance instance) {
    return app(instance).codes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Its process is another one now, which has counted nothing. */
  void restarts(Instance instance) {
    app(instance).forget();
  }

  private App app(Instance instance) {
    var app = apps.get(instance);
    if (app == null) {
      throw new IllegalArgumentException("no %s among %s".formatted(instance, apps.keySet()));
    }
    return app;
  }

  /** Sends one request and returns the status. */
  static int ask(InetSocketAddress address, String path) {
    var host = address.getAddress().getHostAddress();
    try (var socket = Loopback.connect(host, address.getPort())) {
      var request = "GET %s HTTP/1.0\r\n\r\n".formatted(path);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    apps.values().forEach(app -> app.http.stop(0));
    threads.shutdownNow();
  }

  private final class App {
    private final HttpServer http;
    private final Map<Integer, Long> codes = new ConcurrentSkipListMap<>();
    private final Map<Double, Long> times = new ConcurrentSkipListMap<>();
    private double sum;

    App(InetSocketAddress address) {
      try {
        http = HttpServer.create(address, 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      http.setExecutor(threads);
      http.createContext("/", this::answer);
      http.createContext("/metrics", this::tell);
      http.start();
    }

    private synchronized void forget() {
      codes.clear();
      times.clear();
      sum = 0;
    }

    private void answer(HttpExchange exchange) {
      var path = exchange.getRequestURI().getPath();
      int status = path.equals("/bad") ? 500 : 200;
      if (path.equals("/slow")) {
        CompletableFuture.delayedExecutor(SLOW_MS, TimeUnit.MILLISECONDS, threads)
            .execute(() -> finish(exchange, status, SLOW_MS / 1_000.0));
      } else {
        finish(exchange, status, 0);
      }
    }

    private void finish(HttpExchange exchange, int status, double seconds) {
      try (exchange) {
        count(status, seconds);
        exchange.sendResponseHeaders(status, -1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private synchronized void count(int status, double seconds) {
      codes.merge(status, 1L, Long::sum);
      for (double bucket : BUCKETS) {
        times.merge(bucket, seconds <= bucket ? 1L : 0L, Long::sum);
      }
      times.merge(Double.POSITIVE_INFINITY, 1L, Long::sum);
      sum += seconds;
    }

    private void tell(HttpExchange exchange) throws IOException {
      try (exchange) {
        var text = text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(200, text.length);
        exchange.getResponseBody().write(text);
      }
    }

    private synchronized String text() {
      var counted =
          codes.entrySet().stream()
              .map(e -> "http_requests_total{code=\"%d\"} %d\n".formatted(e.getKey(), e.getValue()))
              .collect(Collectors.joining());
      var buckets =
          times.entrySet().stream()
              .map(e ->
                  "http_request_duration_seconds_bucket{le=\"%s\"} %d\n"
                      .formatted(le(e.getKey()), e.getValue()))
              .collect(Collectors.joining());
      long answers = times.getOrDefault(Double.POSITIVE_INFINITY, 0L);
      var ends =
          """
          http_request_duration_seconds_sum %s
          http_request_duration_seconds_count %d
          """
              .formatted(sum, answers);
      return counted + buckets + ends;
    }

    private static String le(double bucket) {
      return Double.isInfinite(bucket) ? "+Inf" : String.valueOf(bucket);
    }
  }
}
