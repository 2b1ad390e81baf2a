package dev.slipway.agent.e2e.comparison;

import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Users who send requests without end, and somebody who writes down all the time what became of
 * them: how many were lost, when nobody was answered, and by which releases they were.
 */
final class Lookout implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final Duration PAUSE = Duration.ofMillis(25);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int MANY = 300;

  private final LoadClient load;
  private final Optional<Testers> testers;
  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final Signal stop = new Signal();
  private final Thread thread;

  private Lookout(LoadClient load, Optional<Testers> testers) {
    this.load = load;
    this.testers = testers;
    this.thread = Thread.ofVirtual().start(this::look);
  }

  /** Looks at users of this address until it is closed. */
  static Lookout at(InetSocketAddress front, boolean withTesters) {
    return new Lookout(
        LoadClient.start(LoadPlan.against(front).withPause(PAUSE), Waiter.system()),
        withTesters ? Optional.of(new Testers(front)) : Optional.empty());
  }

  /** The counts at a moment. */
  private record Sample(Instant at, long sent, long ok, Map<String, Long> byVersion) {
    long of(String version) {
      return byVersion.getOrDefault(version, 0L);
    }
  }

  /** Requests of a time, and those among them that were lost. */
  record Requests(long sent, long lost) {}

  private void look() {
    while (stop.reason().isEmpty()) {
      LoadReport report = load.report();
      var byVersion = new HashMap<>(report.byVersion());
      testers.ifPresent(some ->
          some.answers().forEach((version, count) -> byVersion.merge(version, count, Long::sum)));
      samples.add(new Sample(Waiter.wallClock().instant(), report.sent(), report.ok(), byVersion));
      Waiter.system().await(LOOK, stop);
    }
  }

  /** Waits until many more requests were answered. */
  void awaitMany() {
    long before = load.report().ok();
    await().atMost(PATIENCE).until(() -> load.report().ok() > before + MANY);
  }

  /** Waits until a release has answered somebody. */
  void awaitMet(String version) {
    await()
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() -> !samples.isEmpty() && samples.getLast().of(version) > 0);
  }

  /** Returns what was sent within a time, and how much of it was lost. */
  Requests requests(Span span) {
    List<Sample> within = within(span);
    if (within.isEmpty()) {
      return new Requests(0, 0);
    }
    long sent = within.getLast().sent() - within.getFirst().sent();
    return new Requests(sent, sent - (within.getLast().ok() - within.getFirst().ok()));
  }

  /** Returns the longest time within another one in which nobody was answered. */
  Duration longestSilence(Span span) {
    Duration longest = Duration.ZERO;
    Instant last = span.begun();
    for (Sample sample : growths(within(span), Sample::ok)) {
      Duration silence = Duration.between(last, sample.at());
      longest = silence.compareTo(longest) > 0 ? silence : longest;
      last = sample.at();
    }
    return longest;
  }

  /** Returns when a release was first seen to answer within a time; empty if nobody met it. */
  Optional<Instant> first(String version, Span span) {
    return growths(within(span), sample -> sample.of(version)).stream().findFirst().map(Sample::at);
  }

  /** Returns when a release was last seen to answer within a time; empty if nobody met it. */
  Optional<Instant> last(String version, Span span) {
    List<Sample> met = growths(within(span), sample -> sample.of(version));
    return met.isEmpty() ? Optional.empty() : Optional.of(met.getLast().at());
  }

  private List<Sample> within(Span span) {
    return samples.stream().filter(sample -> span.has(sample.at())).toList();
  }

  /** Returns the samples in which a count is higher than in the one before. */
  private static List<Sample> growths(List<Sample> samples, ToLongFunction<Sample> count) {
    return IntStream.range(1, samples.size())
        .filter(i -> count.applyAsLong(samples.get(i)) > count.applyAsLong(samples.get(i - 1)))
        .mapToObj(samples::get)
        .toList();
  }

  @Override
  public void close() {
    stop.raise("seen enough");
    load.stop();
    testers.ifPresent(Testers::close);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
