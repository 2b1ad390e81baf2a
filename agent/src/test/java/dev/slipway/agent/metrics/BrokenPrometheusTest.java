package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.http.Queries;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what is not one number of now is never taken for one, so that nothing is advanced by it and
 * nothing judged bad.
 *
 * <p>Method: a server in the place of Prometheus gives each broken answer that there is, for every
 * measure. Among them are the answers that the shell scripts took for good.
 */
class BrokenPrometheusTest {
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final long SECONDS = NOW.getEpochSecond();

  private static final List<Measure> MEASURES =
      List.of(
          new Measure.ErrorRate(),
          new Measure.Latency(99),
          new Measure.Requests(),
          new Measure.Custom("up", ""));

  private final TellingServer server = new TellingServer("127.0.202.1");
  private Instant now = NOW;

  @AfterEach
  void stop() {
    server.close();
  }

  /** One broken answer, what becomes of it, and a word of the reason. */
  record Broken(int status, String text, Class<? extends Reading> reading, String word) {}

  private static Broken failed(int status, String text, String word) {
    return new Broken(status, text, Reading.Failed.class, word);
  }

  private static Broken noData(String text, String word) {
    return new Broken(200, text, Reading.NoData.class, word);
  }

  private static String vector(String... series) {
    return """
    {"status":"success","data":{"resultType":"vector","result":[%s]}}\
    """
        .formatted(String.join(",", series));
  }

  private static String sample(long at, String value) {
    return """
    {"metric":{"code":"200"},"value":[%d,%s]}\
    """
        .formatted(at, value);
  }

  private static String typed(String type, String result) {
    return """
    {"status":"success","data":{"resultType":"%s","result":%s}}\
    """
        .formatted(type, result);
  }

  private static String error(String type, String text) {
    return """
    {"status":"error","errorType":"%s","error":"%s"}\
    """
        .formatted(type, text);
  }

  static List<Broken> answers() {
    return Stream.of(samples(), forms(), texts(), statuses()).flatMap(List::stream).toList();
  }

  private static List<Broken> samples() {
    return List.of(
        noData(vector(), "no series"),
        noData(vector(sample(SECONDS, "\"NaN\"")), "NaN"),
        noData(vector(sample(SECONDS, "\"+Inf\"")), "Infinity"),
        noData(vector(sample(SECONDS, "\"-Inf\"")), "Infinity"),
        noData(vector(sample(SECONDS - 301, "\"0\"")), "window"),
        noData(vector(sample(SECONDS + 3_600, "\"0\"")), "window"),
        failed(200, vector(sample(SECONDS, "\"0\""), sample(SECONDS, "\"1\"")), "2 series"));
  }

  private static List<Broken> forms() {
    return List.of(
        failed(200, vector(sample(SECONDS, "\"\"")), "not as Prometheus"),
        failed(200, vector(sample(SECONDS, "\"low\"")), "not as Prometheus"),
        failed(200, vector(sample(SECONDS, "\"0x1p3\"")), "not as Prometheus"),
        failed(200, vector(sample(SECONDS, "\"1d\"")), "not as Prometheus"),
        failed(200, vector(sample(SECONDS, "null")), "not as Prometheus"),
        failed(200, vector("{\"metric\":{}}"), "not as Prometheus"),
        failed(200, vector("7"), "not as Prometheus"),
        failed(200, typed("vector", "{}"), "not as Prometheus"),
        failed(200, typed("scalar", "[%d,\"0\"]".formatted(SECONDS)), "scalar"),
        failed(200, typed("string", "[%d,\"0\"]".formatted(SECONDS)), "string"),
        failed(200, typed("matrix", "[]"), "matrix"),
        failed(200, typed("streams", "[]"), "not as Prometheus"));
  }

  private static List<Broken> texts() {
    var half = half();
    return List.of(
        failed(200, "{\"status\":\"success\"}", "not as Prometheus"),
        failed(
            200, half.replace("\"data\"", "\"warnings\":[\"a store is gone\"],\"data\""), "gone"),
        failed(200, half.substring(0, half.length() - 5), "not as Prometheus"),
        failed(200, half + half, "not as Prometheus"),
        failed(200, "", "not as Prometheus"),
        failed(200, "0", "not as Prometheus"),
        failed(200, "[]", "not as Prometheus"),
        failed(200, "null", "not as Prometheus"),
        failed(200, "<html><body>Welcome to nginx!</body></html>", "Welcome"),
        failed(200, "[".repeat(100_000), "not as Prometheus"),
        failed(200, " ".repeat((1 << 20) + 1), "more than"));
  }

  private static List<Broken> statuses() {
    return List.of(
        failed(200, error("internal", "out of memory"), "out of memory"),
        failed(302, "", "302"),
        failed(400, error("bad_data", "parse error"), "parse error"),
        failed(401, "", "401"),
        failed(403, "<html>", "403"),
        failed(404, "404 page not found", "404"),
        failed(422, error("execution", "too many samples"), "too many samples"),
        failed(429, "slow down", "429"),
        failed(500, half(), "500"),
        failed(502, "<html>Bad Gateway</html>", "502"),
        failed(503, error("timeout", "query timed out"), "timed out"));
  }

  private static String half() {
    return vector(sample(SECONDS, "\"0.5\""));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void defect22ABrokenAnswerIsNoNumberAndNeverZero(Broken broken) {
    server.says(broken.status(), broken.text());

    for (Measure measure : MEASURES) {
      var reading = read(measure);
      assertThat(reading).as("%s", measure).isExactlyInstanceOf(broken.reading());
      assertThat(reason(reading)).contains(broken.word()).hasSizeLessThan(700);
      assertThat(reason(reading)).doesNotContain("\n");
    }
  }

  @Test
  void theSameAnswerWhenItIsWholeIsANumber() {
    server.says(200, vector(sample(SECONDS, "\"0.5\"")));

    assertThat(read(new Measure.ErrorRate()))
        .isInstanceOfSatisfying(
            Reading.Value.class, read -> assertThat(read.value()).isEqualTo(0.5));
  }

  @Test
  void anAnswerThatNeverComesIsAFailure() {
    server.saysNothing();
    var limits = new Queries.Limits(1 << 20, Duration.ofSeconds(20), Duration.ofMillis(300));
    var source =
        MetricSources.ofPrometheus(
            server.url(), Queries.over(limits), Optional.empty(), _ -> Optional.of("a"), () -> now);
    var watch = source.watch(question(new Measure.Requests()));
    now = now.plus(WINDOW);

    assertThat(reason(watch.read())).contains("300 ms");
    assertThat(source.objection(question(new Measure.Requests()))).isEmpty();
  }

  @Test
  void defect22AServerThatIsNotThereIsAFailureAndNoObjection() {
    server.close();

    assertThat(read(new Measure.Requests())).isInstanceOf(Reading.Failed.class);
    assertThat(objection(server.url())).isEmpty();
  }

  @Test
  void defect23WhatIsOlderThanTheStepIsNoDataThoughItIsWithinTheWindow() {
    server.says(200, vector(sample(SECONDS - 60, "\"0\"")));
    var watch = source(server.url(), Optional.empty()).watch(question(new Measure.Requests()));
    now = now.plusSeconds(10);

    assertThat(watch.read()).isInstanceOf(Reading.NoData.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "{}"})
  void whatMayPassIsNoObjection(String text) {
    for (int status : List.of(200, 404, 422, 429, 500, 503)) {
      server.says(status, text);
      assertThat(objection(server.url())).as("%d", status).isEmpty();
    }
  }

  @Test
  void input67To69AQueryThatDoesNotParseIsAnObjectionInTheWordsOfPrometheus() {
    server.says(400, error("bad_data", "1:7: parse error: unclosed left parenthesis"));

    assertThat(objection(server.url()).orElse(""))
        .contains(server.url(), "1:7: parse error: unclosed left parenthesis");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "ftp://prometheus.internal", "", "prometheus.internal:9090"})
  void input70And71AnAddressThatMayNotBeAskedIsAnObjection(String url) {
    assertThat(objection(url).orElse("")).contains("is not an address with https:");
    assertThat(read(url, Optional.empty())).isInstanceOf(Reading.Failed.class);
  }

  @Test
  void input72ARedirectIsNotFollowed() {
    try (var other = new TellingServer("127.0.203.1")) {
      other.says(200, vector(sample(SECONDS, "\"0\"")));
      server.says(302, Map.of("Location", other.url() + "/api/v1/query"), "");

      assertThat(reason(read(new Measure.Requests()))).contains("302");
      assertThat(other.logins()).isEmpty();
    }
  }

  @Test
  void theLoginIsShownToItAndInNoReason() {
    for (var secret : List.of("t0ken-of-nobody", "shop:pa55word-of-shop")) {
      var login = Optional.of(supplier(Login.of(new Secret(secret))));
      server.says(500, "you said t0ken-of-nobody, or was it pa55word-of-shop?");
      assertThat(reason(read(server.url(), login)))
          .contains("you said")
          .doesNotContain(secret.substring(secret.indexOf(':') + 1));
    }
    assertThat(server.logins())
        .containsExactly("Bearer t0ken-of-nobody", "Basic c2hvcDpwYTU1d29yZC1vZi1zaG9w");
  }

  @Test
  void aLoginThatIsDeniedOrLackingIsAnObjection() {
    server.says(401, "who are you?");
    assertThat(objection(server.url()).orElse("")).contains("401");

    var lacking = supplier(new Login.Parsed.Unusable("production/prometheus: there is no file"));
    var source = source(server.url(), Optional.of(lacking));
    assertThat(source.objection(question(new Measure.Requests())).orElse(""))
        .contains("there is no file");
    assertThat(read(server.url(), Optional.of(lacking))).isInstanceOf(Reading.Failed.class);
  }

  @Test
  void anInstanceWithoutAPortIsAnObjection() {
    var queries = queries();
    var source =
        MetricSources.ofPrometheus(
            server.url(), queries, Optional.empty(), _ -> Optional.empty(), () -> now);

    assertThat(source.objection(question(new Measure.Requests())).orElse("")).contains("no port");
  }

  private static Supplier<Login.Parsed> supplier(Login.Parsed login) {
    return () -> login;
  }

  private static Question question(Measure measure) {
    return new Question(measure, new TreeSet<>(List.of(A)), WINDOW);
  }

  /** No answer of this machine's own takes so long, however busy it is. */
  private static Queries queries() {
    return Queries.over(
        new Queries.Limits(1 << 20, Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  private MetricSource source(String url, Optional<Supplier<Login.Parsed>> login) {
    return MetricSources.ofPrometheus(
        url, queries(), login, _ -> Optional.of("127.0.202.2:8001"), () -> now);
  }

  private Optional<String> objection(String url) {
    return source(url, Optional.empty()).objection(question(new Measure.Requests()));
  }

  private Reading read(Measure measure) {
    return read(server.url(), Optional.empty(), measure);
  }

  private Reading read(String url, Optional<Supplier<Login.Parsed>> login) {
    return read(url, login, new Measure.Requests());
  }

  /** Reads when the whole window lies after the beginning. */
  private Reading read(String url, Optional<Supplier<Login.Parsed>> login, Measure measure) {
    now = NOW.minus(WINDOW.multipliedBy(2));
    try (var watch = source(url, login).watch(question(measure))) {
      now = NOW;
      return watch.read();
    }
  }

  private static String reason(Reading reading) {
    return switch (reading) {
      case Reading.NoData(var reason) -> reason;
      case Reading.Failed(var reason) -> reason;
      case Reading.Listed values -> throw new AssertionError("numbers: " + values);
      case Reading.Value value -> throw new AssertionError("a number: " + value);
    };
  }
}
