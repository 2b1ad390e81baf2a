package dev.slipway.agent.e2e.comparison;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A user who says in every request that he wants a release on trial, and counts who answers. */
final class Testers implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Map<String, Long> answers = new ConcurrentHashMap<>();
  private final Signal stop = new Signal();
  private final HttpRequest request;
  private final Thread thread;

  Testers(InetSocketAddress front) {
    request =
        HttpRequest.newBuilder(
                URI.create("http://%s:%d/".formatted(front.getHostString(), front.getPort())))
            .header(Scheme.TESTER, "1")
            .timeout(Duration.ofSeconds(30))
            .build();
    thread = Thread.ofVirtual().start(this::ask);
  }

  /** Returns how many answers each release gave so far. */
  Map<String, Long> answers() {
    return Map.copyOf(answers);
  }

  private void ask() {
    try (var client = HttpClient.newHttpClient()) {
      while (stop.reason().isEmpty()) {
        askOnce(client);
        Waiter.system().await(PAUSE, stop);
      }
    }
  }

  private void askOnce(HttpClient client) {
    try {
      client
          .send(request, BodyHandlers.discarding())
          .headers()
          .firstValue("X-Slipway-Version")
          .ifPresent(version -> answers.merge(version, 1L, Long::sum));
    } catch (IOException _) {
      // What is lost is counted by those who ask for nothing special.
    } catch (InterruptedException _) {
      stop.raise("interrupted");
    }
  }

  @Override
  public void close() {
    stop.raise("asked enough");
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
