package dev.slipway.strategies.analysis;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured of a release while it serves, and how often.
 *
 * @param interval between two measurements
 * @param initialDelay before the first measurement; the numbers reach back over it all the same
 * @param extension how much longer it is measured if the verdict is not known by the end; then the
 *     release is taken back, and never promoted
 * @param metrics at least one, each with a name of its own
 */
public record Analysis(
    Duration interval, Duration initialDelay, Duration extension, List<Metric> metrics) {
  /** What an empty {@code analysis:} means: one in a hundred fails, a p99 of half a second. */
  public static final Analysis DEFAULT =
      new Analysis(
          Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(30), Metric.USUAL_ONES);

  public Analysis {
    metrics = List.copyOf(metrics);
    if (!interval.isPositive() || initialDelay.isNegative() || extension.isNegative()) {
      throw new IllegalArgumentException(
          "interval %s must be above zero, initialDelay %s and extension %s not below"
              .formatted(interval, initialDelay, extension));
    }
    var names = new HashSet<String>();
    metrics.forEach(metric -> names.add(metric.name()));
    if (names.isEmpty() || names.size() < metrics.size()) {
      throw new IllegalArgumentException("an analysis needs metrics of different names");
    }
  }

  /** Returns this analysis with so many measurements of each metric that may fail. */
  public Analysis bearing(int failures) {
    return new Analysis(
        interval,
        initialDelay,
        extension,
        metrics.stream().map(metric -> metric.bearing(failures)).toList());
  }

  /** Returns this analysis with one metric more, unless it has one of that name. */
  public Analysis with(Metric metric) {
    boolean isThere = metrics.stream().anyMatch(own -> own.name().equals(metric.name()));
    return isThere
        ? this
        : new Analysis(
            interval,
            initialDelay,
            extension,
            Stream.concat(metrics.stream(), Stream.of(metric)).toList());
  }

  /** Returns how long it takes to measure each metric as often as it asks for, or once. */
  public Duration span() {
    int counts = metrics.stream().mapToInt(metric -> metric.count().orElse(1)).max().orElse(1);
    return initialDelay.plus(interval.multipliedBy(counts));
  }
}
