package dev.slipway.agent.rollout.judge;

import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.FormerMeasured.Gauge;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.metrics.MetricSource;
import dev.slipway.agent.metrics.MetricSource.Watch;
import dev.slipway.agent.metrics.Question;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Sample;
import dev.slipway.strategies.plan.JudgeStep;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What the former release had before a rollout: measured once, and known to it until it ends. */
public record Formers(Journal journal, RolloutId rollout) {
  /** So often a source that fails is asked again while there is time. */
  private static final int LOOKS = 10;

  /** Returns what was measured, by metric; what was to be and could not be has no number. */
  public Map<String, Sample> known() {
    var known = new LinkedHashMap<String, Sample>();
    journal
        .events(rollout)
        .forEach(entry -> {
          if (entry.event() instanceof Event.FormerMeasured(_, var gauges)) {
            gauges.forEach(gauge -> known.put(gauge.metric(), sample(gauge)));
          }
        });
    return known;
  }

  private static Sample sample(Gauge gauge) {
    return gauge.value().isPresent()
        ? new Sample.Value(gauge.value().getAsDouble(), gauge.requests())
        : new Sample.NoData(gauge.reason());
  }

  /**
   * Measures, writes down what was found, and returns it for people; nothing if the time was cut.
   * That something could not be measured is written down, too: it holds up nothing by itself.
   */
  public Optional<String> measure(JudgeStep.Former step, Sources sources, Passing passing) {
    try (var measuring = new Measuring(step, sources, passing)) {
      return measuring
          .run()
          .map(gauges -> {
            journal.append(new Event.FormerMeasured(rollout, gauges));
            return gauges.stream()
                .map(gauge -> text(step, gauge))
                .collect(Collectors.joining("; "));
          });
    }
  }

  private static String text(JudgeStep.Former step, Gauge gauge) {
    return step.metrics().stream()
        .filter(metric -> metric.name().equals(gauge.metric()) && gauge.value().isPresent())
        .map(metric -> "%s %s".formatted(metric.name(), metric.text(gauge.value().getAsDouble())))
        .findFirst()
        .orElseGet(() -> "%s: %s".formatted(gauge.metric(), gauge.reason()));
  }

  /** One step, from its beginning to its end. */
  private static final class Measuring implements AutoCloseable {
    private final Passing passing;
    private final Duration begin;
    private final Duration pause;
    private final List<Gauging> open;
    private final Map<String, Gauge> found = new LinkedHashMap<>();

    private Measuring(JudgeStep.Former step, Sources sources, Passing passing) {
      this.passing = passing;
      begin = passing.now();
      pause = step.duration().dividedBy(LOOKS);
      open = step.metrics().stream().map(metric -> Gauging.of(metric, step, sources)).toList();
    }

    private Optional<List<Gauge>> run() {
      do {
        Duration passed = passing.now().minus(begin);
        open.stream()
            .filter(gauging -> !found.containsKey(gauging.metric().name()))
            .flatMap(gauging -> gauging.look(passed).stream())
            .forEach(gauge -> found.put(gauge.metric(), gauge));
        if (found.size() == open.size()) {
          return Optional.of(List.copyOf(found.values()));
        }
      } while (passing.rest(pause));
      return Optional.empty();
    }

    @Override
    public void close() {
      open.stream().flatMap(gauging -> gauging.watch().stream()).forEach(Watch::close);
    }
  }

  /**
   * One metric of it.
   *
   * @param isKnown whether its source knows what was, and need not be waited for
   * @param watch empty where nobody serves, or nobody knows
   */
  private record Gauging(Metric metric, boolean isKnown, Optional<Watch> watch) {
    private static Gauging of(Metric metric, JudgeStep.Former step, Sources sources) {
      Optional<MetricSource> source =
          step.instances().isEmpty()
              ? Optional.empty()
              : Inquiry.source(sources, metric, step.role());
      return new Gauging(
          metric,
          source.map(MetricSource::looksBack).orElse(true),
          source.map(one -> one.watch(question(metric, step), window(metric))));
    }

    private static Duration window(Metric metric) {
      return metric.former().orElseThrow().window();
    }

    private static Question question(Metric metric, JudgeStep.Former step) {
      return new Question(Inquiry.measure(metric), step.instances(), window(metric));
    }

    /** Nothing is known before its time, or while a source that fails may be asked again. */
    private Optional<Gauge> look(Duration passed) {
      boolean isOver = passed.compareTo(window(metric)) >= 0;
      if (watch.isEmpty()) {
        return Optional.of(without("nobody served it, or nothing knows its numbers"));
      }
      return isKnown || isOver
          ? gauge(Watches.sample(watch.get().read()), isOver)
          : Optional.empty();
    }

    private Optional<Gauge> gauge(Sample sample, boolean isOver) {
      return switch (sample) {
        case Sample.Value(var value, var requests, _) ->
            Optional.of(new Gauge(metric.name(), OptionalDouble.of(value), requests, ""));
        case Sample.NoData(var reason) -> Optional.of(without(reason));
        case Sample.Failed(var reason) -> isOver ? Optional.of(without(reason)) : Optional.empty();
      };
    }

    private Gauge without(String reason) {
      return new Gauge(metric.name(), OptionalDouble.empty(), OptionalLong.empty(), reason);
    }
  }
}
