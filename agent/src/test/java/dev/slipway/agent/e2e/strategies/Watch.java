package dev.slipway.agent.e2e.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Looks at the users' counts all the time, so that they can be told for any stretch of it. */
public final class Watch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(20);

  /** So many users there are in a load. */
  private static final int USERS = 8;

  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final Signal stop = new Signal();
  private final Thread thread;

  private Watch(LoadClient load, LongSupplier copied) {
    thread = Thread.ofVirtual().start(() -> look(load, copied));
  }

  /** Looks at these users until it is closed. */
  public static Watch of(LoadClient load) {
    return new Watch(load, () -> 0);
  }

  /** Looks also at how many of their requests were copied. */
  static Watch of(LoadClient load, LongSupplier copied) {
    return new Watch(load, copied);
  }

  /** The counts at a moment: they were so when it began to be looked, or a little later. */
  private record Sample(Instant before, LoadReport report, long copied, Instant after) {}

  /**
   * What was answered within a stretch of time.
   *
   * @param met answers of one release
   * @param copied requests of which a copy was made
   * @param all requests
   */
  record Counted(long met, long copied, long all) {
    /** Returns the share of the release in percent. */
    double percent() {
      return all == 0 ? 0 : 100.0 * met / all;
    }

    /** Returns the share of the copies in percent. */
    double percentCopied() {
      return all == 0 ? 0 : 100.0 * copied / all;
    }
  }

  private void look(LoadClient load, LongSupplier copied) {
    while (stop.reason().isEmpty()) {
      Instant before = Waiter.wallClock().instant();
      LoadReport report = load.report();
      long copies = copied.getAsLong();
      samples.add(new Sample(before, report, copies, Waiter.wallClock().instant()));
      Waiter.system().await(LOOK, stop);
    }
  }

  /** Counts what was surely answered within this stretch. */
  Counted within(String version, Instant from, Instant to) {
    List<Sample> inner =
        samples.stream()
            .filter(sample -> !sample.before().isBefore(from) && !sample.after().isAfter(to))
            .toList();
    if (inner.isEmpty()) {
      return new Counted(0, 0, 0);
    }
    Sample first = inner.getFirst();
    Sample last = inner.getLast();
    return counted(version, first.report(), last.report(), last.copied() - first.copied());
  }

  /**
   * Requires that while a release was met it got at most this share of the requests, and a point;
   * each of the users may have had one request on its way. Those that nobody answered count as its
   * own, and so do those that a balancer answered in its place.
   */
  public void assertMetAtMost(String version, int percent) {
    List<LoadReport> reports = samples.stream().map(Sample::report).toList();
    long first = met(version, reports.getFirst());
    long last = met(version, reports.getLast());
    if (first == last) {
      return;
    }
    var before = reports.stream().filter(one -> met(version, one) == first).toList().getLast();
    var after = reports.stream().filter(one -> met(version, one) == last).findFirst().orElseThrow();
    var counted = new Counted(last - first, 0, after.sent() - before.sent());
    assertThat(counted.met())
        .as("%s to %s", before.render(), after.render())
        .isLessThanOrEqualTo(counted.all() * (percent + 1) / 100 + USERS);
  }

  /** Requires that a release answers nobody any more once another does, but what was on its way. */
  void assertNotAfter(String former, String next) {
    List<LoadReport> reports = samples.stream().map(Sample::report).toList();
    LoadReport begun = reports.stream().filter(one -> of(next, one) > 0).findFirst().orElseThrow();
    assertThat(of(former, reports.getLast()) - of(former, begun))
        .as("%s answers after %s did", former, next)
        .isLessThanOrEqualTo(USERS);
  }

  private static Counted counted(String version, LoadReport first, LoadReport last, long copied) {
    return new Counted(of(version, last) - of(version, first), copied, last.sent() - first.sent());
  }

  private static long met(String version, LoadReport report) {
    long unanswered = report.byFailure().values().stream().mapToLong(Long::longValue).sum();
    return of(version, report) + of("unnamed", report) + unanswered;
  }

  private static long of(String version, LoadReport report) {
    return report.byVersion().getOrDefault(version, 0L);
  }

  @Override
  public void close() {
    stop.raise("seen enough");
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
