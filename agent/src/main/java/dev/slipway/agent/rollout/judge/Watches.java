package dev.slipway.agent.rollout.judge;

import dev.slipway.agent.metrics.MetricSource.Watch;
import dev.slipway.agent.metrics.Reading;
import dev.slipway.strategies.analysis.Judge;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Sample;
import dev.slipway.strategies.fleet.Instance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** What is observed of each metric since a step began: the candidates, and whom they are beside. */
final class Watches implements AutoCloseable {
  private final Map<Metric, Pair> pairs = new LinkedHashMap<>();
  private final Map<String, Sample> formers;

  Watches(Inquiry inquiry, List<Metric> metrics, Map<String, Sample> formers) {
    this.formers = formers;
    for (Metric metric : metrics) {
      pairs.put(
          metric,
          new Pair(
              watch(inquiry, metric, inquiry.candidates()),
              watch(inquiry, metric, inquiry.compared(metric)),
              !inquiry.compared(metric).isEmpty()));
    }
  }

  private static Optional<Watch> watch(
      Inquiry inquiry, Metric metric, SortedSet<Instance> instances) {
    return instances.isEmpty()
        ? Optional.empty()
        : inquiry.source(metric).map(source -> source.watch(inquiry.question(metric, instances)));
  }

  /**
   * The two sides of a metric.
   *
   * @param isCompared whether there is anybody whom the candidates are compared with
   */
  private record Pair(Optional<Watch> candidate, Optional<Watch> stable, boolean isCompared) {}

  /** Measures a metric and tells the judge. */
  void tell(Metric metric, Judge judge) {
    Pair pair = pairs.get(metric);
    if (pair == null) {
      throw new IllegalArgumentException("'%s' is not watched".formatted(metric.name()));
    }
    judge.hear(
        metric,
        sample(pair.candidate()),
        pair.isCompared() ? Optional.of(sample(pair.stable())) : Optional.empty(),
        Optional.ofNullable(formers.get(metric.name())));
  }

  /** A source that was there when the plan was made may be gone after a restart. */
  private static Sample sample(Optional<Watch> watch) {
    return watch
        .map(Watch::read)
        .map(Watches::sample)
        .orElseGet(() -> new Sample.Failed("nothing is there any more that knows it"));
  }

  static Sample sample(Reading reading) {
    return switch (reading) {
      case Reading.Value(var value, var samples, var noise) ->
          new Sample.Value(value, samples, noise);
      case Reading.Listed(var values) ->
          new Sample.Failed("there are %d numbers where one is meant".formatted(values.size()));
      case Reading.NoData(var reason) -> new Sample.NoData(reason);
      case Reading.Failed(var reason) -> new Sample.Failed(reason);
    };
  }

  @Override
  public void close() {
    for (Pair pair : pairs.values()) {
      pair.candidate().ifPresent(Watch::close);
      pair.stable().ifPresent(Watch::close);
    }
  }
}
