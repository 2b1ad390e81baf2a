package dev.slipway.agent.manifest.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Schemas;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.strategies.fleet.trial.Expected;
import dev.slipway.strategies.fleet.trial.Inquiry;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.fleet.trial.Warmup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: smoke tests and warm-ups are read as their page says, and what is wrong is told where it
 * stands. Method: applications that differ in these lines, and the page's own example.
 */
class TrialsTest {
  private static final Duration SECONDS = Duration.ofSeconds(5);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String HEALTH = "healthcheck: {scheme: https, host: shop.example.com}";

  private record Read(Trials trials, List<Problem> problems) {}

  private static Read read(String... lines) {
    var text =
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Application
        metadata: {name: shop}
        spec:
          release: {version: "1", source: {path: releases/shop}}
          deployPath: /srv/shop
          service: {systemd: {unit: shop.service}}
        """
            + String.join("\n", lines).indent(2);
    if (!(Document.read("apps/shop.yaml", text.getBytes(StandardCharsets.UTF_8))
        instanceof Parsed.Valid<Node>(var tree))) {
      throw new AssertionError(text);
    }
    List<Problem> problems = new ArrayList<>(Schemas.PACKAGED.check(Kind.APPLICATION, tree));
    if (!problems.isEmpty()) {
      return new Read(Trials.NONE, problems);
    }
    var reading = new Reading();
    ApplicationDocument document = ApplicationDocument.read(reading.open(tree), "shop");
    return new Read(
        document.roles().values().iterator().next().named("shop").trials(), reading.problems());
  }

  private static Trials trials(String... lines) {
    Read read = read(lines);
    assertThat(read.problems()).isEmpty();
    return read.trials();
  }

  private static Inquiry inquiry(String path, Map<String, String> headers) {
    return new Inquiry(
        Inquiry.Method.GET,
        path,
        "https",
        Optional.of("shop.example.com"),
        headers,
        Optional.empty(),
        SECONDS);
  }

  @Test
  void thePagesExampleMeansWhatItSays() {
    String example = Handbook.page("smoke-tests.md").blocks("yaml").getFirst();

    assertThat(trials("port: 8001", HEALTH, example))
        .isEqualTo(
            new Trials(
                Optional.of(new Warmup(inquiry("/", Map.of()), 100, 4, MINUTE)),
                List.of(
                    new SmokeTest(
                        inquiry("/api/db/ping", Map.of()),
                        new Expected(
                            new TreeSet<>(Set.of(200)),
                            Map.of(),
                            Optional.empty(),
                            Optional.of(new Expected.Json("/status", "ok"))),
                        new SmokeTest.Tries(1, 0, Duration.ofSeconds(1), MINUTE)),
                    new SmokeTest(
                        inquiry("/search?q=shoes", Map.of("Accept", "text/html")),
                        new Expected(
                            new TreeSet<>(Set.of(200, 204)),
                            Map.of("Content-Type", "text/html"),
                            Optional.of("Results"),
                            Optional.empty()),
                        new SmokeTest.Tries(5, 1, Duration.ofSeconds(1), MINUTE)))));
  }

  @ParameterizedTest
  @CsvSource({"ok,ok", "'\"no\"',no", "3,3", "1.5,1.5", "true,true", "'\"007\"',007"})
  void aValueToCompareWithIsTakenAsItIsWritten(String written, String meant) {
    Trials trials =
        trials(
            "port: 1",
            "smokeTests: [{path: /, json: {pointer: /a, equals: %s}}]".formatted(written));

    assertThat(trials.smokeTests().getFirst().expected().json())
        .contains(new Expected.Json("/a", meant));
  }

  @Test
  void withoutThemNothingIsAsked() {
    assertThat(trials("port: 1")).isEqualTo(Trials.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "smokeTests: [{}] | 'path' is missing",
        "smokeTests: [{path: ping}] | 'ping' is not the path of a URL",
        "smokeTests: [{path: /, method: PUT}] | 'PUT'",
        "smokeTests: [{path: /, body: x}] | GET sends no body",
        "smokeTests: [{path: /, method: HEAD, contains: x}] | HEAD is answered without a body",
        "smokeTests: [{path: /, expectedStatus: 99}] | '99' is not an HTTP status",
        "smokeTests: [{path: /, expectedStatus: [200, 600]}] | '600' is not an HTTP status",
        "smokeTests: [{path: /, headers: {Host: a}}] | the header 'Host' is written by Slipway",
        "smokeTests: [{path: /, headers: {slipway-step: a}}] | is written by Slipway",
        "smokeTests: [{path: /, headers: {'a b': a}}] | 'a b' is not the name of a header",
        "smokeTests: [{path: /, json: {pointer: status, equals: ok}}] | is not a JSON pointer",
        "smokeTests: [{path: /, json: {pointer: /status}}] | 'equals' is missing",
        "smokeTests: [{path: /, json: {pointer: /a, equals: no}}] | 'no'",
        "smokeTests: [{path: /, count: 2, failureLimit: 2}] | of count 2 could never fail",
        "smokeTests: [{path: /, count: 100}] | deadline 1m is too short to ask 100 times every 1s",
        "smokeTests: [{path: /, timeout: 0s}] | 'timeout' is zero",
        "warmup: {} | 'requests' is missing",
        "warmup: {requests: 1, concurrency: 99} | '99' is not a number of requests at once",
      })
  void whatIsWrongIsToldWhereItStands(String line, String fact) {
    assertThat(read("port: 1", line).problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.fact()).contains(fact);
          assertThat(problem.line()).isEqualTo(9);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "smokeTests: [{path: /, timeout: 2m}] | timeout 2m is longer than deadline 1m",
        "smokeTests: [{path: /, timeout: 3s, deadline: 2s}] | timeout 3s is longer than deadline"
            + " 2s",
        "warmup: {requests: 1, timeout: 2h} | timeout 2h is longer than deadline 1m",
        "healthcheck: {path: /, timeout: 6m} | healthyDeadline 5m is too short for timeout 6m,",
      })
  void input39ATimeoutLongerThanTheDeadlineIsToldWithBoth(String line, String fact) {
    assertThat(read("port: 1", line).problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.fact()).contains(fact);
          assertThat(problem.line()).isEqualTo(9);
          assertThat(problem.remedy()).isNotBlank();
        });
  }

  @Test
  void withoutAPortThereIsNobodyToAsk() {
    assertThat(read("smokeTests: [{path: /}]", "warmup: {requests: 1}").problems())
        .extracting(Problem::fact)
        .containsExactly("there is no port to ask", "there is no port to ask");
  }
}
