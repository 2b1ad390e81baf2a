package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.bench.PrometheusFixture;
import dev.slipway.agent.http.Queries;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: the queries that are built in count right. Method: the contract on a real Prometheus that
 * scrapes real instances.
 */
class PrometheusTest extends CountsContract<PrometheusTest.Scraping> {
  /** It looks at what it has to scrape after five seconds only, so that all tests share one. */
  @TempDir private static Path shared;

  private static Optional<Scraping> scraping = Optional.empty();

  @Override
  protected Scraping open(Path directory) {
    var one = scraping.orElseGet(() -> new Scraping(shared));
    scraping = Optional.of(one);
    return one;
  }

  @AfterAll
  static void end() {
    scraping.ifPresent(Scraping::end);
    scraping = Optional.empty();
  }

  @Test
  void theFirstErrorThatEverWasIsCountedToo() {
    subject().apps.restarts(A);
    subject().ask(A, 3, 0);
    var watch = watch(ERROR_RATE, A);
    subject().ask(A, 0, 1);

    assertThat(watch.read()).isEqualTo(value(1, 1));
  }

  @Test
  void anInstanceThatStartsAgainHasCountedFromZero() {
    subject().ask(A, 40, 40);
    var watch = watch(ERROR_RATE, A);

    subject().apps.restarts(A);
    subject().ask(A, 3, 1);

    assertThat(watch.read()).isEqualTo(value(0.25, 4));
  }

  @Test
  void aQueryOfOnesOwnIsFilledInAndNamesOneSeries() {
    subject().apps.restarts(A);
    subject().ask(A, 4, 2);

    assertThat(read("sum(last_over_time(http_requests_total{ {{instances}} }[{{window}}]))"))
        .isEqualTo(new Reading.Value(6, OptionalLong.empty()));
    assertThat(read("http_requests_total{ {{instances}} } # of two statuses"))
        .isInstanceOfSatisfying(
            Reading.Failed.class, failed -> assertThat(failed.reason()).contains("2 series"));
    assertThat(read("nobody_counts_this")).isInstanceOf(Reading.NoData.class);
    assertThat(read("vector(0) / 0 # nothing of nothing")).isInstanceOf(Reading.NoData.class);
    assertThat(read("vector(1) / 0")).isInstanceOf(Reading.NoData.class);
  }

  @Test
  void aSampleOfLongAgoIsNoDataThoughPrometheusStillHasIt() {
    subject().ask(A, 4, 0);
    var custom = new Measure.Custom("http_request_duration_seconds_count{ {{instances}} }", "");
    var window = Duration.ofMillis(400);
    var question = new Question(custom, new TreeSet<>(List.of(A)), window);
    try (var watch = subject().source.watch(question)) {
      await().untilAsserted(() -> assertThat(watch.read()).isInstanceOf(Reading.Value.class));

      subject().prometheus.scraping(List.of()).restart();
      await()
          .untilAsserted(() ->
              assertThat(watch.read())
                  .isInstanceOfSatisfying(
                      Reading.NoData.class,
                      none -> assertThat(none.reason()).contains("the sample is from")));
    } finally {
      subject().goesAway();
      subject().returns();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sum(rate(http_requests_total[1m]), parse error",
    "'', takes a query",
    "1, scalar",
    "'\"healthy\"', string",
    "up[1m], matrix",
    "sum(rate(http_requests_total)), parse error"
  })
  void aQueryThatCannotWorkIsFoundWhenThePlanIsMade(String query, String words) {
    var question = question(new Measure.Custom(query, ""), A);

    assertThat(subject().source().objection(question).orElse("")).contains(words);
    assertThat(subject().source().watch(question))
        .satisfies(watch -> {
          assertThat(read(watch)).isInstanceOf(Reading.Failed.class);
        });
  }

  @Test
  void theQueriesOfThePageParse() {
    assertThat(Handbook.page("metrics.md").blocks("promql"))
        .hasSize(3)
        .allSatisfy(query ->
            assertThat(subject().source().objection(question(new Measure.Custom(query, ""), A)))
                .isEmpty());
  }

  private Reading read(String query) {
    return read(watch(new Measure.Custom(query, ""), A));
  }

  private Reading read(MetricSource.Watch watch) {
    var scraped = new Measure.Custom("sum(last_over_time(up{ {{instances}} }[{{window}}]))", "");
    try (var control = subject().source().watch(question(scraped, A))) {
      await().until(() -> control.read() instanceof Reading.Value);
    }
    return watch.read();
  }

  static final class Scraping implements Measured.Hearing {
    private final Apps apps = new Apps("127.0.201.1", A, B);
    private final PrometheusFixture prometheus;
    private final MetricSource source;

    Scraping(Path directory) {
      prometheus = PrometheusFixture.in(directory, "127.0.201.1");
      source =
          MetricSources.ofPrometheus(
              prometheus.url(),
              Queries.over(Queries.Limits.DEFAULT),
              Optional.empty(),
              instance -> Optional.of(apps.target(instance)),
              InstantSource.system());
      returns();
    }

    /** Waits until Prometheus has scraped what a query tells. */
    void awaitSeen(String query, double value) {
      var question = MetricSourceContract.question(new Measure.Custom(query, ""), A);
      try (var watch = source.watch(question)) {
        await(query)
            .atMost(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMillis(50))
            .untilAsserted(() ->
                assertThat(watch.read())
                    .isInstanceOfSatisfying(
                        Reading.Value.class, read -> assertThat(read.value()).isEqualTo(value)));
      }
    }

    @Override
    public MetricSource source() {
      return source;
    }

    @Override
    public boolean tells(Measure measure) {
      return true;
    }

    @Override
    public void ask(Instance instance, int good, int bad) {
      for (int i = 0; i < good + bad; i++) {
        Apps.ask(apps.address(instance), i < good ? "/" : "/bad");
      }
      awaitScraped(instance);
    }

    @Override
    public void askSlowly(Instance instance) {
      Apps.ask(apps.address(instance), "/slow");
      awaitScraped(instance);
    }

    private void awaitScraped(Instance instance) {
      awaitSeen(
          "http_request_duration_seconds_count{instance=\"%s\"}".formatted(apps.target(instance)),
          (double) apps.requests(instance));
    }

    @Override
    public Measure ownQuery() {
      return new Measure.Custom("sum(up)", "");
    }

    /** For a millisecond nothing is asked yet. */
    @Override
    public String failure(MetricSource.Watch watch) {
      await().until(() -> watch.read() instanceof Reading.Failed);
      return Measured.Hearing.super.failure(watch);
    }

    @Override
    public void goesAway() {
      prometheus.kill();
    }

    @Override
    public void returns() {
      prometheus.scraping(List.of(apps.target(A), apps.target(B))).start();
      awaitSeen("sum(up)", 2);
      awaitScraped(A);
      awaitScraped(B);
    }

    @Override
    public void close() {
      // The next test goes on with it.
    }

    void end() {
      prometheus.close();
      apps.close();
    }
  }
}
