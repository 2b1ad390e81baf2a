package dev.slipway.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Machines;
import dev.slipway.strategies.fleet.Health.From;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.Expected;
import dev.slipway.strategies.fleet.trial.Inquiry;
import dev.slipway.strategies.fleet.trial.Inquiry.Method;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Warmup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: an answer is good only if all of it is as expected, and a bad one says what was found in a
 * form that harms no log.
 *
 * <p>Method: a real server on loopback that answers what its path asks for.
 */
@Timeout(60)
class SmokeTestsTest {
  private static final Host HERE =
      new Host("here", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());
  private static final int HUGE = 8 << 20;

  private final HttpServer server;
  private final Machines machines = Machines.open(Optional.empty());
  private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  SmokeTestsTest() throws IOException {
    server = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/json",
        exchange ->
            answer(
                exchange, 200, "{\"status\":\"ok\",\"n\":3,\"up\":true,\"deep\":[{\"a\":1.5}]}"));
    server.createContext("/broken", exchange -> answer(exchange, 500, "not ok\u001b[2J\r\n at x"));
    server.createContext("/odd", exchange -> answer(exchange, 404, "odd"));
    server.createContext("/echo", this::echo);
    server.createContext("/huge", exchange -> answer(exchange, 200, "x".repeat(HUGE)));
    server.createContext("/never", _ -> {});
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    machines.close();
  }

  private void answer(HttpExchange exchange, int status, String text) throws IOException {
    most.accumulateAndGet(open.incrementAndGet(), Math::max);
    try (exchange) {
      heard.add(exchange.getRequestHeaders().getFirst("Slipway-Step"));
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
      if (!isHead) {
        exchange.getResponseBody().write(body);
      }
    } finally {
      open.decrementAndGet();
    }
  }

  private void echo(HttpExchange exchange) throws IOException {
    var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var headers = exchange.getRequestHeaders();
    answer(
        exchange,
        200,
        String.join(
            " ",
            exchange.getRequestMethod(),
            headers.getFirst("Host"),
            headers.getFirst("Accept"),
            headers.getFirst("Slipway-Rollout"),
            sent));
  }

  private Addressee addressee(From from, int port) {
    return new Addressee(
        machines.machine(HERE),
        HERE,
        new Slot("blue", OptionalInt.of(port)),
        from,
        Map.of("Slipway-Rollout", "shop#7", "Slipway-Step", "0/web1:5"));
  }

  private static Inquiry inquiry(Method method, String path, Optional<String> body) {
    return new Inquiry(
        method,
        path,
        "http",
        Optional.of("shop.example.com"),
        Map.of("Accept", "application/json"),
        body,
        Duration.ofSeconds(2));
  }

  private static SmokeTest test(Inquiry inquiry, Expected expected) {
    return new SmokeTest(
        inquiry, expected, new SmokeTest.Tries(1, 0, Duration.ofSeconds(1), Duration.ofMinutes(1)));
  }

  private static Expected statuses(Integer... statuses) {
    return new Expected(
        new TreeSet<>(List.of(statuses)), Map.of(), Optional.empty(), Optional.empty());
  }

  private static Expected contains(String text) {
    return new Expected(new TreeSet<>(List.of(200)), Map.of(), Optional.of(text), Optional.empty());
  }

  private static Expected json(String pointer, String equals) {
    return new Expected(
        new TreeSet<>(List.of(200)),
        Map.of(),
        Optional.empty(),
        Optional.of(new Expected.Json(pointer, equals)));
  }

  private static Expected header(String name, String value) {
    return new Expected(
        new TreeSet<>(List.of(200)), Map.of(name, value), Optional.empty(), Optional.empty());
  }

  private Checked ask(String path, Expected expected) {
    return ask(inquiry(Method.GET, path, Optional.empty()), expected);
  }

  private Checked ask(Inquiry inquiry, Expected expected) {
    return Probers.open()
        .smoke(test(inquiry, expected), addressee(From.HOST, server.getAddress().getPort()));
  }

  @ParameterizedTest
  @CsvSource({"/status,ok", "/n,3", "/up,true", "/deep/0/a,1.5"})
  void whatStandsAtAPlaceOfAJsonTextIsCompared(String pointer, String value) {
    assertThat(ask("/json", json(pointer, value))).isInstanceOf(Checked.Good.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/status,o,'ok'",
    "/status,OK,'ok'",
    "/n,3.0,'3'",
    "/other,ok,nothing",
    "/deep,ok,'[{\"a\":1.5}]'"
  })
  void anotherValueIsToldBesideTheOneThatWasExpected(String pointer, String value, String found) {
    assertThat(ask("/json", json(pointer, value)))
        .isInstanceOfSatisfying(
            Checked.Bad.class,
            bad ->
                assertThat(bad.reason())
                    .startsWith("GET /json has ")
                    .contains(
                        found, "at '%s', expected '%s'; it says: {".formatted(pointer, value)));
  }

  @Test
  void whatIsNoJsonIsBad() {
    assertThat(ask("/echo", json("", "ok"))).isInstanceOf(Checked.Bad.class);
  }

  @Test
  void anyOfSeveralStatusesWillDo() {
    assertThat(ask("/odd", statuses(200, 404))).isInstanceOf(Checked.Good.class);
    assertThat(ask("/odd", statuses(200, 204)))
        .isEqualTo(new Checked.Bad("GET /odd answers 404, expected 200 or 204; it says: odd"));
  }

  @Test
  void whatABadAnswerSaysHarmsNoTerminal() {
    assertThat(ask("/broken", statuses(200)))
        .isEqualTo(
            new Checked.Bad("GET /broken answers 500, expected 200; it says: not ok [2J at x"));
  }

  @Test
  void headersAreReadWhateverTheirCase() {
    assertThat(ask("/json", header("content-TYPE", "application/json")))
        .isInstanceOf(Checked.Good.class);
    assertThat(ask("/json", header("X-Version", "2")))
        .isInstanceOfSatisfying(
            Checked.Bad.class,
            bad ->
                assertThat(bad.reason())
                    .contains("has the header X-Version '', expected '2' in it"));
  }

  @Test
  void whatIsSentArrives() {
    assertThat(
            ask(
                inquiry(Method.POST, "/echo", Optional.of("hello")),
                contains("POST shop.example.com application/json shop#7 hello")))
        .isInstanceOf(Checked.Good.class);
    assertThat(heard).containsExactly("0/web1:5");
  }

  @Test
  void aHeadNeedsNoBody() {
    assertThat(ask(inquiry(Method.HEAD, "/json", Optional.empty()), statuses(200)))
        .isInstanceOf(Checked.Good.class);
  }

  @Test
  void anAnswerWithoutAnEndIsNotReadToIt() {
    assertThat(ask("/huge", contains("xxx"))).isInstanceOf(Checked.Good.class);
    assertThat(ask("/huge", contains("y")))
        .isInstanceOfSatisfying(
            Checked.Bad.class,
            bad ->
                assertThat(bad.reason())
                    .contains("does not say 'y' soon enough")
                    .hasSizeLessThan(400));
    assertThat(ask("/huge", json("", "x"))).isInstanceOf(Checked.Bad.class);
  }

  @Test
  void silenceAndARefusedConnectionAreBad() {
    assertThat(ask("/never", statuses(200))).isInstanceOf(Checked.Bad.class);
    assertThat(
            Probers.open()
                .smoke(
                    test(inquiry(Method.GET, "/", Optional.empty()), statuses(200)),
                    addressee(From.AGENT, Loopback.freePort())))
        .isInstanceOf(Checked.Bad.class);
  }

  private Warmed warm(String path, int requests, int port) {
    var warmup =
        new Warmup(inquiry(Method.GET, path, Optional.empty()), requests, 4, Duration.ofMinutes(1));
    return Probers.open().warm(warmup, addressee(From.HOST, port), () -> false);
  }

  @Test
  void aWarmUpSendsAllItsRequestsAndNoMoreAtOnceThanItSays() {
    assertThat(warm("/json", 60, server.getAddress().getPort()))
        .isEqualTo(new Warmed.Sent(60, 0, 0, Optional.empty()));
    assertThat(heard).hasSize(60);
    assertThat(most.get()).isBetween(1, 4);
  }

  @Test
  void errorsDuringAWarmUpAreCounted() {
    assertThat(warm("/broken", 5, server.getAddress().getPort()))
        .isEqualTo(new Warmed.Sent(5, 5, 0, Optional.of("GET /broken answers 500")));
  }

  @Test
  void aWarmUpInVainEndsSoon() {
    assertThat(warm("/", 100_000, Loopback.freePort()))
        .isInstanceOfSatisfying(
            Warmed.Sent.class,
            sent -> {
              assertThat(sent.answered()).isZero();
              assertThat(sent.silent()).isBetween(10, 20);
            });
  }

  @ParameterizedTest
  @EnumSource(From.class)
  void aWarmUpThatIsOverSendsNothingMore(From from) {
    var warmup =
        new Warmup(inquiry(Method.GET, "/json", Optional.empty()), 100, 4, Duration.ofMinutes(1));
    var asked = new AtomicInteger();

    Warmed warmed =
        Probers.open()
            .warm(
                warmup,
                addressee(from, server.getAddress().getPort()),
                () -> asked.incrementAndGet() > 10);

    assertThat(warmed).isEqualTo(new Warmed.Sent(10, 0, 0, Optional.empty()));
  }
}
