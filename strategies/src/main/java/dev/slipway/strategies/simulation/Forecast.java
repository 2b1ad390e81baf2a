package dev.slipway.strategies.simulation;

import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Judge;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Sample;
import dev.slipway.strategies.analysis.Verdict;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.simulation.Doing.Begun;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an analysis will say of the requests that are to be expected.
 *
 * <p>It measures when the agent would, and the same judge hears it. What is asked of a query, and
 * how long requests take, nobody can foresee: it counts as good, of as many requests.
 */
final class Forecast {
  private final JudgeStep.Analysis step;
  private final Demand demand;
  private final Duration begin;
  private final Side candidates;
  private final Side baseline;
  private final Judge judge;

  Forecast(JudgeStep.Analysis step, Demand demand, World world, Duration begin) {
    this.step = step;
    this.demand = demand;
    this.begin = begin;
    this.candidates = new Side(world.share(step.role(), step.candidates()), true);
    this.baseline = new Side(world.share(step.role(), step.baseline()), false);
    this.judge = new Judge(step.analysis().metrics());
  }

  /** Those who are judged, or those beside them; only the new release fails. */
  private record Side(Share share, boolean isNew) {}

  /** Returns how long it takes, and whether it ends well. */
  Begun begun() {
    Duration interval = step.analysis().interval();
    Duration next = step.analysis().initialDelay().plus(interval);
    Duration now = Duration.ZERO;
    while (true) {
      now = nextLook(now, next);
      for (Metric metric : judge.due()) {
        judge.hear(metric, sample(metric, candidates, now), stable(metric, now), Optional.empty());
      }
      if (judge.settled().isPresent() || isOver(now)) {
        return ended(now);
      }
      while (next.compareTo(now) <= 0) {
        next = next.plus(interval);
      }
    }
  }

  /** The last look of the step, and that of its extension, come exactly at its end. */
  private Duration nextLook(Duration now, Duration next) {
    Duration limit = now.compareTo(step.duration()) < 0 ? step.duration() : last();
    return next.compareTo(limit) < 0 ? next : limit;
  }

  private boolean isOver(Duration now) {
    return now.compareTo(last()) >= 0
        || (now.compareTo(step.duration()) >= 0 && judge.verdict() instanceof Verdict.Pass);
  }

  private Duration last() {
    return step.duration().plus(step.analysis().extension());
  }

  private Begun ended(Duration now) {
    return judge.verdict() instanceof Verdict.Pass
        ? new Begun.Takes(now)
        : new Begun.Fails(now, judge.verdict().detail());
  }

  private Optional<Sample> stable(Metric metric, Duration now) {
    return metric.maxRatioToStable().isEmpty() || step.baseline().isEmpty()
        ? Optional.empty()
        : Optional.of(sample(metric, baseline, now));
  }

  private Sample sample(Metric metric, Side side, Duration now) {
    long requests = (long) demand.requests(side.share(), begin, begin.plus(now));
    Optional<Builtin> builtin = metric.builtin();
    if (builtin.equals(Optional.of(Builtin.REQUESTS))) {
      return new Sample.Value(requests, OptionalLong.of(requests));
    }
    if (requests == 0) {
      return new Sample.NoData("is not known, as there were no requests");
    }
    boolean isRate = builtin.equals(Optional.of(Builtin.ERROR_RATE));
    return new Sample.Value(
        isRate ? failed(side, now) / (double) requests : good(metric), OptionalLong.of(requests));
  }

  private long failed(Side side, Duration now) {
    return side.isNew() ? (long) demand.failed(side.share(), begin, begin.plus(now)) : 0;
  }

  private static double good(Metric metric) {
    return metric.threshold().max().orElse(metric.threshold().min().orElse(0));
  }
}
