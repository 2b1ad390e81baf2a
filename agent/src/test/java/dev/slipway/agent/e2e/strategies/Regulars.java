package dev.slipway.agent.e2e.strategies;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Users with a browser each, which keeps the cookies that it is given, who come again and again.
 */
final class Regulars implements AutoCloseable {
  private static final Duration BETWEEN_VISITS = Duration.ofMillis(50);

  private final HttpRequest request;
  private final List<List<Visit>> visits;
  private final Signal over = new Signal();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private Regulars(HttpRequest request, int users) {
    this.request = request;
    this.visits =
        IntStream.range(0, users).<List<Visit>>mapToObj(_ -> new CopyOnWriteArrayList<>()).toList();
    visits.forEach(of -> threads.execute(() -> visit(of)));
  }

  /** One request, and the version that answered it. */
  private record Visit(Instant asked, String version, Instant answered) {}

  /** Lets so many users visit until they are sent away. */
  static Regulars of(InetSocketAddress address, int users) {
    return new Regulars(request(address).build(), users);
  }

  /** Lets users visit who all carry a header. */
  static Regulars with(String header, String value, InetSocketAddress address, int users) {
    return new Regulars(request(address).header(header, value).build(), users);
  }

  private static HttpRequest.Builder request(InetSocketAddress address) {
    return HttpRequest.newBuilder(
        URI.create("http://%s:%d/".formatted(address.getHostString(), address.getPort())));
  }

  private void visit(List<Visit> visitsOfOne) {
    Optional<String> cookie = Optional.empty();
    try (HttpClient browser = HttpClient.newHttpClient()) {
      while (over.reason().isEmpty()) {
        Instant asked = Waiter.wallClock().instant();
        Answer answer = answer(browser, cookie);
        visitsOfOne.add(new Visit(asked, answer.version(), Waiter.wallClock().instant()));
        cookie = answer.cookie().or(kept(cookie));
        Waiter.system().await(BETWEEN_VISITS, over);
      }
    }
  }

  private static Supplier<Optional<String>> kept(Optional<String> cookie) {
    return () -> cookie;
  }

  /** Who answered, and the cookie that came with it. */
  private record Answer(String version, Optional<String> cookie) {}

  /** The JDK's own jar would send a cookie back in quotes, as no browser does. */
  private Answer answer(HttpClient browser, Optional<String> cookie) {
    var builder = HttpRequest.newBuilder(request, (_, _) -> true);
    cookie.ifPresent(value -> builder.header("Cookie", value));
    try {
      var answer = browser.send(builder.build(), BodyHandlers.discarding());
      Optional<String> version = answer.headers().firstValue("X-Slipway-Version");
      return new Answer(
          version.orElse("status " + answer.statusCode()),
          answer.headers().firstValue("Set-Cookie").map(line -> line.replaceAll(";.*", "")));
    } catch (IOException e) {
      return new Answer("none: " + e, Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer("interrupted", Optional.empty());
    }
  }

  /** Returns for each user which versions answered him from one moment to another. */
  List<Set<String>> met(Instant from, Instant to) {
    return visits.stream()
        .<Set<String>>map(ofOne ->
            ofOne.stream()
                .filter(visit -> !visit.asked().isBefore(from) && !visit.answered().isAfter(to))
                .map(Visit::version)
                .collect(Collectors.toCollection(TreeSet::new)))
        .toList();
  }

  @Override
  public void close() {
    over.raise("the test is over");
    threads.close();
  }
}
