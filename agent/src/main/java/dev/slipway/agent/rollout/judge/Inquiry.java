package dev.slipway.agent.rollout.judge;

import dev.slipway.agent.metrics.MetricSource;
import dev.slipway.agent.metrics.Question;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.JudgeStep;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;

/** What the metrics of one step ask of whom. */
final class Inquiry {
  /** Whoever can tell the most comes first. */
  private static final List<String> PREFERRED = List.of("prometheus", "balancer");

  private static final List<String> COMPARING = List.of("balancer");

  private final JudgeStep.Analysis step;
  private final Sources sources;

  Inquiry(JudgeStep.Analysis step, Sources sources) {
    this.step = step;
    this.sources = sources;
  }

  SortedSet<Instance> candidates() {
    return step.candidates();
  }

  /** Returns who answers a metric; nothing if nobody is there who could. */
  Optional<MetricSource> source(Metric metric) {
    return source(sources, metric, step.role());
  }

  /** Returns who answers a metric; nothing if nobody is there who could. */
  static Optional<MetricSource> source(Sources sources, Metric metric, String role) {
    return first(sources, providers(metric), role);
  }

  /** Returns who counts requests; nothing if nobody is there who could. */
  static Optional<MetricSource> source(Sources sources, Optional<String> named, String role) {
    return first(sources, named.map(List::of).orElse(PREFERRED), role);
  }

  private static Optional<MetricSource> first(
      Sources sources, List<String> providers, String role) {
    return providers.stream()
        .flatMap(provider -> sources.source(provider, role).stream())
        .findFirst();
  }

  private static List<String> providers(Metric metric) {
    boolean isOfBoth = metric.builtin().filter(Builtin::isOfBoth).isPresent();
    return metric.provider().map(List::of).orElse(isOfBoth ? COMPARING : PREFERRED);
  }

  /** Returns why a metric can never be measured; nothing if it can. */
  Optional<String> objection(Metric metric) {
    Optional<MetricSource> source = source(metric);
    return source.isEmpty()
        ? Optional.of("%s: %s".formatted(metric.name(), missing(metric)))
        : Stream.of(step.candidates(), compared(metric))
            .filter(instances -> !instances.isEmpty())
            .flatMap(about -> source.get().objection(question(metric, about)).stream())
            .findFirst()
            .map(reason -> "%s: %s".formatted(metric.name(), reason));
  }

  private String missing(Metric metric) {
    return "nothing is there that knows numbers of role '%s' (%s)"
        .formatted(step.role(), String.join(", ", providers(metric)));
  }

  /** Returns whom the candidates are compared with by this metric; nobody if by nothing. */
  SortedSet<Instance> compared(Metric metric) {
    return metric.maxRatioToStable().isPresent() ? step.baseline() : Collections.emptySortedSet();
  }

  /** Returns the question, with a window that is never shorter than the whole step. */
  Question question(Metric metric, SortedSet<Instance> about) {
    Duration longest = step.duration().plus(step.analysis().extension());
    return new Question(measure(metric), about, longest);
  }

  static Measure measure(Metric metric) {
    return metric
        .query()
        .<Measure>map(query -> new Measure.Custom(query.text(), query.pointer()))
        .orElseGet(() -> builtin(metric.builtin().orElseThrow()));
  }

  private static Measure builtin(Builtin builtin) {
    return switch (builtin) {
      case ERROR_RATE -> new Measure.ErrorRate();
      case LATENCY_P50, LATENCY_P95, LATENCY_P99 ->
          new Measure.Latency(builtin.percentile().orElseThrow());
      case LATENCY_MEAN -> new Measure.Mean();
      case REQUESTS -> new Measure.Requests();
      case DIFFERENCE_RATE -> new Measure.Differences();
    };
  }
}
