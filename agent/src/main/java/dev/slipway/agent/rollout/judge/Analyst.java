package dev.slipway.agent.rollout.judge;

import dev.slipway.strategies.analysis.Judge;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Sample;
import dev.slipway.strategies.analysis.Verdict;
import dev.slipway.strategies.plan.JudgeStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Watches a release for as long as its step says, or until its numbers are bad. */
public final class Analyst {
  private final Sources sources;
  private final Map<String, Sample> formers;

  /** Makes an analyst who asks these sources. */
  public Analyst(Sources sources) {
    this(sources, Map.of());
  }

  /**
   * Makes an analyst who asks these sources.
   *
   * @param formers what the former release had, by metric; what is not in it is not compared
   */
  public Analyst(Sources sources, Map<String, Sample> formers) {
    this.sources = sources;
    this.formers = Map.copyOf(formers);
  }

  /** Returns why the step can never come to a verdict; nothing if it can. */
  public List<String> objections(JudgeStep.Analysis step) {
    var inquiry = new Inquiry(step, sources);
    List<Metric> metrics = step.analysis().metrics();
    List<String> all =
        metrics.stream().flatMap(metric -> inquiry.objection(metric).stream()).toList();
    return all.size() == metrics.size()
        ? all
        : metrics.stream()
            .filter(Metric::required)
            .flatMap(metric -> inquiry.objection(metric).stream())
            .toList();
  }

  /** Measures until the verdict is known or the time is up; nothing if the time was cut. */
  public Optional<Verdict> judge(JudgeStep.Analysis step, Passing passing) {
    var inquiry = new Inquiry(step, sources);
    List<Metric> metrics = judged(step.analysis().metrics(), inquiry);
    var judge = new Judge(metrics);
    try (var watches = new Watches(inquiry, metrics, formers)) {
      return new Watching(step, passing, judge, watches).run();
    }
  }

  /** If not one of them could be measured any more, nothing would be left to judge by. */
  static List<Metric> judged(List<Metric> all, Inquiry inquiry) {
    List<Metric> measurable =
        all.stream()
            .filter(metric -> metric.required() || inquiry.objection(metric).isEmpty())
            .toList();
    return measurable.isEmpty() ? all : measurable;
  }

  /** One step, from its beginning to its end. */
  private static final class Watching {
    private final JudgeStep.Analysis step;
    private final Passing passing;
    private final Judge judge;
    private final Watches watches;
    private final Duration end;
    private final Duration last;
    private Duration next;

    private Watching(JudgeStep.Analysis step, Passing passing, Judge judge, Watches watches) {
      this.step = step;
      this.passing = passing;
      this.judge = judge;
      this.watches = watches;
      Duration begin = passing.now();
      next = begin.plus(step.analysis().initialDelay()).plus(step.analysis().interval());
      end = begin.plus(step.duration());
      last = end.plus(step.analysis().extension());
    }

    private Optional<Verdict> run() {
      while (passing.rest(nextLook().minus(passing.now()))) {
        judge.due().forEach(metric -> watches.tell(metric, judge));
        boolean isOver = isOver();
        if (isOver || judge.settled().isPresent()) {
          return Optional.of(judge.verdict());
        }
        while (next.compareTo(passing.now()) <= 0) {
          next = next.plus(step.analysis().interval());
        }
      }
      return Optional.empty();
    }

    /** The last look of the step, and that of its extension, come exactly at its end. */
    private Duration nextLook() {
      Duration limit = passing.now().compareTo(end) < 0 ? end : last;
      return next.compareTo(limit) < 0 ? next : limit;
    }

    private boolean isOver() {
      Duration now = passing.now();
      return now.compareTo(end) >= 0
          && (now.compareTo(last) >= 0 || judge.verdict() instanceof Verdict.Pass);
    }
  }
}
