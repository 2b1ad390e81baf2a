package dev.slipway.agent.metrics;

import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source in memory: a test says which requests there were, or what a query comes to. */
public final class MemoryMetrics implements MetricSource {
  private final String name;
  private final InstantSource clock;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Reading> queries = new ConcurrentHashMap<>();
  private volatile Optional<String> gone = Optional.empty();

  /** One request that was answered. */
  private record Request(Instant at, Instance instance, boolean bad, Duration took) {}

  public MemoryMetrics(String name, InstantSource clock) {
    this.name = name;
    this.clock = clock;
  }

  /** Requests were answered just now, each after this time. */
  public void answered(Instance instance, int good, int bad, Duration took) {
    for (int i = 0; i < good + bad; i++) {
      requests.add(new Request(clock.instant(), instance, i >= good, took));
    }
  }

  /** From now on a query comes to this. */
  public void comesTo(String query, Reading reading) {
    queries.put(query, reading);
  }

  /** It cannot be asked any more, for this reason. */
  public void goesAway(String reason) {
    gone = Optional.of(reason);
  }

  public void returns() {
    gone = Optional.empty();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> objection(Question question) {
    return question.measure() instanceof Measure.Custom(var text, var _)
            && !queries.containsKey(text)
        ? Optional.of("'%s' is no query".formatted(text))
        : Optional.empty();
  }

  @Override
  public Watch watch(Question question) {
    var began = clock.instant();
    return new Watch() {
      @Override
      public Reading read() {
        return gone.<Reading>map(Reading.Failed::new)
            .orElseGet(() -> MemoryMetrics.this.read(question, began));
      }

      @Override
      public void close() {}
    };
  }

  private Reading read(Question question, Instant began) {
    var earliest = clock.instant().minus(question.window());
    var since = began.isAfter(earliest) ? began : earliest;
    var seen =
        requests.stream()
            .filter(one -> !one.at().isBefore(since))
            .filter(one -> question.instances().contains(one.instance()))
            .toList();
    return switch (question.measure()) {
      case Measure.Requests() -> value(seen.size(), seen);
      case Measure.ErrorRate() when !seen.isEmpty() ->
          value(seen.stream().filter(Request::bad).count() / (double) seen.size(), seen);
      case Measure.Latency(int percentile) when !seen.isEmpty() ->
          value(percentile(seen, percentile), seen);
      case Measure.Mean() when !seen.isEmpty() ->
          value(
              seen.stream().mapToLong(one -> one.took().toMillis()).average().orElseThrow() / 1_000,
              seen);
      case Measure.ErrorRate() -> new Reading.NoData("no requests");
      case Measure.Latency _, Measure.Mean _ -> new Reading.NoData("no requests");
      case Measure.Differences _ -> new Reading.NoData("no answers were compared");
      case Measure.Custom(var text, var _) ->
          queries.getOrDefault(text, new Reading.Failed("'%s' is no query".formatted(text)));
    };
  }

  private static double percentile(List<Request> seen, int percentile) {
    var sorted = seen.stream().map(Request::took).sorted().toList();
    var at = sorted.get((int) Math.ceil(percentile / 100.0 * sorted.size()) - 1);
    return at.toMillis() / 1_000.0;
  }

  private static Reading value(double value, List<Request> seen) {
    return new Reading.Value(value, OptionalLong.of(seen.size()));
  }
}
