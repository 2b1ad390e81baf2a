package dev.slipway.agent.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The HTTP side of the demo application: says which version it is, and whether it is well.
 *
 * <p>{@code /up} is the health check, {@code /status} says in JSON whether all works, and how many
 * other requests of users there were, {@code /slow?ms=500} takes its time, everything else answers
 * at once. Every answer names the version in {@code X-Slipway-Version}.
 */
public final class DemoServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int STOP_SECONDS_MAX = 30;
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int LOOKS_MAX = 150;
  private static final Duration SLOWEST = Duration.ofMinutes(1);
  private static final Pattern MILLISECONDS = Pattern.compile("ms=(\\d{1,6})");

  private final HttpServer http;
  private final String version;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean healthy = true;
  private volatile boolean works = true;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicInteger inThisSecond = new AtomicInteger();
  private final AtomicLong second = new AtomicLong();
  private volatile long failing = Long.MAX_VALUE;
  private volatile int most = Integer.MAX_VALUE;
  private volatile Duration delay = Duration.ZERO;

  static {
    // The JDK's server would delay small answers and drop idle connections as it likes.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    System.setProperty("sun.net.httpserver.idleInterval", "300");
  }

  private DemoServer(HttpServer http, String version) {
    this.http = http;
    this.version = version;
  }

  /** Listens and serves until it is closed; fails when the address is taken. */
  public static DemoServer start(InetSocketAddress address, String version) throws IOException {
    var http = HttpServer.create(address, BACKLOG);
    var server = new DemoServer(http, version);
    http.createContext("/", server::handle);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
    return server;
  }

  public InetSocketAddress address() {
    return http.getAddress();
  }

  /** From now on the health check is answered with 503. */
  public void fallIll() {
    healthy = false;
  }

  /** From now on the health check is answered with 200. */
  public void recover() {
    healthy = true;
  }

  /** From now on {@code /status} says that something does not work. */
  public void breakDown() {
    works = false;
  }

  /** From now on every so many-th request of users is answered with 500. */
  public void failOneIn(int requests) {
    failing = requests;
  }

  /** From now on every request of users above so many in a second is answered with 500. */
  public void failAbove(int perSecond) {
    most = perSecond;
  }

  /** From now on requests of users take so long. */
  public void slowDown(Duration time) {
    delay = time;
  }

  /**
   * Takes no more connections and lets open requests finish.
   *
   * <p>The JDK's server counts a request whose client has hung up as open for ever, so this one
   * counts by itself.
   */
  @Override
  public void close() {
    Thread.ofVirtual().start(() -> http.stop(STOP_SECONDS_MAX));
    var never = new Signal();
    int looks = 0;
    do {
      // A request that was just read is not counted yet.
      Waiter.system().await(LOOK, never);
      looks++;
    } while (open.get() > 0 && looks < LOOKS_MAX);
    http.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    open.incrementAndGet();
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/up" -> answer(exchange, healthy ? 200 : 503, healthy ? "up" : "ill");
        case "/status" ->
            send(
                exchange,
                200,
                "application/json",
                "{\"status\": \"%s\", \"version\": \"%s\", \"asked\": %d}\n"
                    .formatted(works ? "ok" : "broken", version, asked.get()));
        case "/slow" -> {
          Waiter.system().await(delay(exchange), new Signal());
          answer(exchange, 200, "slow");
        }
        default -> greet(exchange);
      }
    } finally {
      open.decrementAndGet();
    }
  }

  private void greet(HttpExchange exchange) throws IOException {
    if (delay.isPositive()) {
      Waiter.system().await(delay, new Signal());
    }
    boolean fails = asked.incrementAndGet() % failing == 0 || isTooMuch();
    answer(exchange, fails ? 500 : 200, fails ? "broken" : "hello");
  }

  private boolean isTooMuch() {
    long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
    if (second.getAndSet(now) != now) {
      inThisSecond.set(0);
    }
    return inThisSecond.incrementAndGet() > most;
  }

  private void answer(HttpExchange exchange, int status, String word) throws IOException {
    String text = "%s from version %s on %s\n".formatted(word, version, place());
    send(exchange, status, "text/plain; charset=utf-8", text);
  }

  private String place() {
    return "%s:%d".formatted(address().getHostString(), address().getPort());
  }

  private void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("X-Slipway-Version", version);
    headers.set("X-Slipway-Host", place());
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private static Duration delay(HttpExchange exchange) {
    var query = MILLISECONDS.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
    var asked = query.matches() ? Duration.ofMillis(Long.parseLong(query.group(1))) : Duration.ZERO;
    return asked.compareTo(SLOWEST) < 0 ? asked : SLOWEST;
  }
}
