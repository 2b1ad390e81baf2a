package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.PrometheusFixture;
import dev.slipway.agent.http.Queries;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Goal: the queries that are built in count right. Method: the contract on a real Prometheus that
 * scrapes real instances.
 */
class PrometheusTest extends MetricSourceContract {
  @Override
  protected Measured open(Path directory) {
    return new Scraping(directory);
  }

  static final class Scraping implements Measured {
    final Apps apps = new Apps("127.0.201.1", A, B);
    private final PrometheusFixture prometheus;
    private final MetricSource source;

    Scraping(Path directory) {
      prometheus =
          PrometheusFixture.in(directory, "127.0.201.1")
              .scraping(List.of(apps.target(A), apps.target(B)));
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
      var question = question(new Measure.Custom(query, ""), A);
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

    static Question question(Measure measure, Instance... instances) {
      SortedSet<Instance> all = new TreeSet<>(List.of(instances));
      return new Question(measure, all, Duration.ofMinutes(10));
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
          apps.requests(instance));
    }

    @Override
    public void goesAway() {
      prometheus.kill();
    }

    @Override
    public void returns() {
      prometheus.start();
      awaitSeen("sum(up)", 2);
      awaitScraped(A);
      awaitScraped(B);
    }

    @Override
    public void close() {
      prometheus.close();
      apps.close();
    }
  }
}
