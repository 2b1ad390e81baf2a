package dev.slipway.agent.rollout.judge;

import dev.slipway.strategies.analysis.Judge;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Sample;
import dev.slipway.strategies.analysis.Verdict;
import dev.slipway.strategies.plan.JudgeStep;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The health of the candidates while something else decides; nothing where nobody watches it. */
record Watching(Optional<Watched> watched) implements AutoCloseable {

  static Watching of(JudgeStep.Contested step, Sources sources, Map<String, Sample> formers) {
    return new Watching(
        step.watch()
            .map(watch -> {
              var inquiry = new Inquiry(watch, sources);
              List<Metric> metrics = Analyst.judged(watch.analysis().metrics(), inquiry);
              return new Watched(new Judge(metrics), new Watches(inquiry, metrics, formers));
            }));
  }

  /** What is measured, and who hears it. */
  record Watched(Judge judge, Watches watches) {
    private Optional<Verdict> look() {
      judge.due().forEach(metric -> watches.tell(metric, judge));
      return judge.settled();
    }
  }

  /** Returns what is bad enough to end it. */
  Optional<Verdict> look() {
    return watched.flatMap(Watched::look);
  }

  /** Returns what is to be said of their health by now. */
  Verdict verdict() {
    return watched
        .map(one -> one.judge().verdict())
        .orElseGet(() -> new Verdict.Pass("nobody watches"));
  }

  @Override
  public void close() {
    watched.ifPresent(one -> one.watches().close());
  }
}
