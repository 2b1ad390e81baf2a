package dev.slipway.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.http.Calls.Called;
import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.Secret;
import dev.slipway.agent.time.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a call ends in time whatever the other side does, and goes nowhere but where it was sent.
 *
 * <p>Method: a real server that answers, redirects, breaks off, or never answers.
 */
@Timeout(60)
class CallsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Calls.Message MESSAGE =
      new Calls.Message(Map.of("name", "shop"), Map.of("Slipway-Step", "0/stage/steps/1"));

  private final Calls calls = Calls.over(Duration.ofSeconds(3));
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(Loopback.at("127.0.248.1", 0), 0);
    server.setExecutor(threads);
    server.createContext("/status/", exchange -> answer(exchange, status(exchange), ""));
    server.createContext("/page", exchange -> answer(exchange, 200, "<html>Welcome!</html>"));
    server.createContext("/endless", exchange -> answer(exchange, 200, "x".repeat(5_000_000)));
    server.createContext("/breaks", HttpExchange::close);
    server.createContext("/silent", exchange -> silent(exchange));
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", url("/status/200"));
          answer(exchange, 307, "");
        });
    server.start();
  }

  @AfterEach
  void stop() {
    released.countDown();
    server.stop(0);
    threads.close();
  }

  private static int status(HttpExchange exchange) {
    return Integer.parseInt(exchange.getRequestURI().getPath().replace("/status/", ""));
  }

  private void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      heard.add(
          "%s %s %s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                  exchange.getRequestHeaders().getFirst("Slipway-Step"),
                  exchange.getRequestHeaders().getFirst("Authorization")));
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private void silent(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.countDown();
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String url(String path) {
    return "http://127.0.248.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  private Called post(String path) {
    return calls.post(url(path), MESSAGE, Optional.empty(), LONG, new Signal());
  }

  private static String unanswered(Called called) {
    assertThat(called).isInstanceOf(Called.Unanswered.class);
    return ((Called.Unanswered) called).reason();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 299, 302, 403, 404, 500, 503})
  void onlyTheStatusOfAnAnswerCounts(int status) {
    assertThat(post("/status/" + status)).isEqualTo(new Called.Answered(status));
    assertThat(new Called.Answered(status).isGood()).isEqualTo(status < 300);
    assertThat(heard).containsExactly("POST {\"name\":\"shop\"} 0/stage/steps/1 null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/page", "/endless"})
  void whatAnAnswerSaysIsNotRead(String path) {
    assertThat(post(path)).isEqualTo(new Called.Answered(200));
  }

  @Test
  void aRedirectIsABadAnswerAndNotFollowed() {
    assertThat(post("/moved")).isEqualTo(new Called.Answered(307));
    assertThat(heard).hasSize(1);
  }

  @Test
  void whoBreaksOffDidNotAnswerAndIsNotCalledTwice() {
    assertThat(unanswered(post("/breaks"))).contains("cannot be called");
  }

  @Test
  void whoNeverAnswersIsLeftWhenTheTimeIsOver() {
    Called called =
        calls.post(url("/silent"), MESSAGE, Optional.empty(), Duration.ofMillis(200), new Signal());

    assertThat(unanswered(called)).contains("gave no answer within 200 ms");
  }

  @Test
  void aCallIsCutWhenTheRolloutTurns() throws InterruptedException {
    var cut = new Signal();
    threads.execute(() -> {
      try {
        asked.await();
        cut.raise("somebody aborts");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });

    assertThat(calls.post(url("/silent"), MESSAGE, Optional.empty(), Duration.ofHours(1), cut))
        .isInstanceOf(Called.Unanswered.class);
  }

  @Test
  void aLoginIsForItsOwnHostOnly() {
    var own = login("machine 127.0.248.1 login ci password secret");
    var other = login("machine checks.example.com login ci password secret");

    assertThat(calls.post(url("/status/200"), MESSAGE, Optional.of(own), LONG, new Signal()))
        .isEqualTo(new Called.Answered(200));
    assertThat(calls.post(url("/status/200"), MESSAGE, Optional.of(other), LONG, new Signal()))
        .isEqualTo(new Called.Refused("its netrc has no machine '127.0.248.1'"));
    assertThat(heard).hasSize(1).first().asString().contains("Basic ");
  }

  private static Login login(String text) {
    return ((Login.Parsed.Usable) Login.of(new Secret(text))).login();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://checks.example.com/", "nonsense"})
  void whatIsNoAddressIsRefused(String url) {
    assertThat(calls.post(url, MESSAGE, Optional.empty(), LONG, new Signal()))
        .isInstanceOf(Called.Refused.class);
  }

  @Test
  void theMachinesOwnPlatformIsNeverCalled() {
    assertThat(
            calls.post(
                "http://169.254.169.254/latest",
                MESSAGE,
                Optional.empty(),
                Duration.ofMillis(500),
                new Signal()))
        .isNotInstanceOf(Called.Answered.class);
  }
}
