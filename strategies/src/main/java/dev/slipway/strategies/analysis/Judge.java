package dev.slipway.strategies.analysis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hears the measurements of one step in their order, and says what follows from all of them.
 *
 * <p>A metric passes if its last measurement does, or so many after it at most are inconclusive as
 * its limit says. It is never good before one measurement was. Not safe for use by several threads.
 */
public final class Judge {
  private final Map<Metric, Past> pasts = new LinkedHashMap<>();

  /** Makes a judge that has heard nothing. */
  public Judge(List<Metric> metrics) {
    metrics.forEach(metric -> pasts.put(metric, new Past(metric)));
  }

  /** What was heard of one metric. */
  private static final class Past {
    private int failed;
    private int conclusive;
    private int errorsInRow;
    private int openInRow;
    private boolean hasPassed;
    private Verdict last;

    private Past(Metric metric) {
      last = new Verdict.Inconclusive(metric.name() + " was not measured");
    }

    private void hear(Verdict verdict) {
      last = verdict;
      errorsInRow = verdict instanceof Verdict.Errored ? errorsInRow + 1 : 0;
      switch (verdict) {
        case Verdict.Pass _ -> {
          hasPassed = true;
          conclude();
        }
        case Verdict.Fail _ -> {
          failed++;
          conclude();
        }
        case Verdict.Errored _, Verdict.Inconclusive _ -> openInRow++;
      }
    }

    private void conclude() {
      conclusive++;
      openInRow = 0;
    }
  }

  /** Returns the metrics that are still to be measured. */
  public List<Metric> due() {
    return pasts.keySet().stream().filter(Predicate.not(this::isDone)).toList();
  }

  private boolean isDone(Metric metric) {
    return metric.count().isPresent()
        && past(metric).conclusive >= metric.count().getAsInt()
        && isGood(metric);
  }

  /**
   * Hears one measurement.
   *
   * @param stable of the stable release in the same time; empty if nobody is to be compared with
   * @param former of the former release before the rollout; empty likewise
   */
  public void hear(
      Metric metric, Sample candidate, Optional<Sample> stable, Optional<Sample> former) {
    past(metric).hear(new Assessment(metric).of(candidate, stable, former));
  }

  /** Returns the verdict if nothing that is still measured can change it. */
  public Optional<Verdict> settled() {
    return judged()
        .filter(metric -> past(metric).failed > metric.limits().failures())
        .findFirst()
        .<Verdict>map(metric -> new Verdict.Fail(past(metric).last.detail()))
        .or(() ->
            judged()
                .filter(metric -> past(metric).errorsInRow > metric.limits().consecutiveErrors())
                .findFirst()
                .map(metric -> new Verdict.Errored(past(metric).last.detail())));
  }

  /** Returns the verdict on everything that was heard until now. */
  public Verdict verdict() {
    return settled().orElseGet(this::unsettled);
  }

  private Verdict unsettled() {
    List<Metric> open = judged().filter(Predicate.not(this::isGood)).toList();
    return open.isEmpty()
        ? new Verdict.Pass(details(Stream.concat(judged(), dryRuns())))
        : new Verdict.Inconclusive(details(open.stream()));
  }

  private boolean isGood(Metric metric) {
    Past heard = past(metric);
    return heard.hasPassed && heard.openInRow <= metric.limits().inconclusive();
  }

  private String details(Stream<Metric> metrics) {
    return metrics.map(this::detail).collect(Collectors.joining("; "));
  }

  private String detail(Metric metric) {
    String last = past(metric).last.detail();
    return metric.dryRun() ? "dry run: " + last : last;
  }

  private Stream<Metric> dryRuns() {
    return pasts.keySet().stream().filter(Metric::dryRun);
  }

  private Stream<Metric> judged() {
    return pasts.keySet().stream().filter(metric -> !metric.dryRun());
  }

  private Past past(Metric metric) {
    Past past = pasts.get(metric);
    if (past == null) {
      throw new IllegalArgumentException("'%s' is not judged here".formatted(metric.name()));
    }
    return past;
  }
}
