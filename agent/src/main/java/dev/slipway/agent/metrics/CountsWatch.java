package dev.slipway.agent.metrics;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Compared;
import dev.slipway.agent.balancer.Tally;
import dev.slipway.agent.metrics.Question.Measure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/** What several balancers have counted since one moment, added up. */
final class CountsWatch implements MetricSource.Watch {
  /** So many sums are kept for a window, however often it is read. */
  private static final int SUMS_MAX = 1_000;

  private final Question question;
  private final InstantSource clock;
  private final List<Counting> countings;

  /** Sums of before, from the oldest that the window reaches to the newest. */
  private final Deque<Sum> sums = new ArrayDeque<>();

  /** All that was counted from the beginning to a moment. */
  private record Sum(Instant at, Counts counts) {}

  /** Takes the first counts. */
  CountsWatch(List<Balancer> balancers, Question question, InstantSource clock) {
    this.question = question;
    this.clock = clock;
    this.countings =
        balancers.stream().map(one -> new Counting(one, question.instances())).toList();
    read();
  }

  @Override
  public synchronized Reading read() {
    var unknown = new ArrayList<String>();
    countings.forEach(one -> one.count().ifPresent(unknown::add));
    if (!unknown.isEmpty()) {
      return new Reading.Failed(String.join("; ", unknown));
    }
    var now = new Sum(clock.instant(), total());
    if (sums.isEmpty()) {
      sums.add(now);
      return new Reading.NoData("counting has just begun");
    }
    var before = before(now.at());
    if (!now.at().isBefore(sums.getLast().at().plus(question.window().dividedBy(SUMS_MAX)))) {
      sums.addLast(now);
    }
    return reading(now.counts().since(before.counts()), before.at());
  }

  private Counts total() {
    return countings.stream().map(Counting::sum).reduce(Counts.NONE, Counts::plus);
  }

  /** Where nothing was read within the window, the last reading is as near as can be had. */
  private Sum before(Instant now) {
    var earliest = now.minus(question.window());
    while (sums.size() > 1 && sums.getFirst().at().isBefore(earliest)) {
      sums.removeFirst();
    }
    return sums.getFirst();
  }

  private Reading reading(Counts all, Instant since) {
    Tally counted = all.tally();
    long requests = counted.requests();
    var samples = OptionalLong.of(requests);
    return switch (question.measure()) {
      case Measure.Requests() -> new Reading.Value(requests, samples);
      case Measure.ErrorRate() when requests > 0 ->
          new Reading.Value((double) counted.errors() / requests, samples);
      case Measure.Latency(int percentile) when requests > 0 ->
          new Times(counted.times()).reading(percentile);
      case Measure.Mean() when requests > 0 -> mean(counted);
      case Measure.ErrorRate() -> none(since);
      case Measure.Latency _, Measure.Mean _ -> none(since);
      case Measure.Differences() -> differences(all.compared(), since);
      case Measure.Custom _ -> new Reading.Failed(BalancerCounts.NO_QUERIES);
    };
  }

  /** What each balancer rounds is told once it has had answers enough. */
  private Reading mean(Tally counted) {
    return new Times(counted.times()).mean(counted.spent(), countings.size());
  }

  private static Reading differences(Compared compared, Instant since) {
    return compared.compared() > 0
        ? new Reading.Value(compared.rate(), OptionalLong.of(compared.compared()), compared.noise())
        : new Reading.NoData("no answers were compared since " + since);
  }

  private static Reading none(Instant since) {
    return new Reading.NoData("no requests since " + since);
  }

  @Override
  public void close() {
    // The balancers belong to whoever opened them.
  }
}
