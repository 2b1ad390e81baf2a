package dev.slipway.agent.demo;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of every request.
 *
 * <p>A request is <em>lost</em> when it was not answered with a status from 200 to 399, after the
 * one retry that RFC 9112, section 9.3.1, allows an idempotent request whose reused connection was
 * closed before any byte of an answer. {@code retried} counts those retries.
 *
 * @param sent requests, without their retries: {@code ok + lost}
 * @param byStatus complete answers of each status
 * @param byVersion complete answers of each release, as {@code X-Slipway-Version} named it
 * @param byFailure requests without a complete answer, by what went wrong
 * @param firstLosses when, since the start, and how the first requests were lost
 */
public record LoadReport(
    long sent,
    long ok,
    long lost,
    long retried,
    SortedMap<Integer, Long> byStatus,
    SortedMap<String, Long> byVersion,
    SortedMap<String, Long> byFailure,
    Duration slowest,
    List<String> firstLosses) {

  public LoadReport {
    byStatus = copy(byStatus);
    byVersion = copy(byVersion);
    byFailure = copy(byFailure);
    firstLosses = List.copyOf(firstLosses);
    if (sent != ok + lost) {
      throw new IllegalArgumentException(
          "%d sent is not %d ok and %d lost".formatted(sent, ok, lost));
    }
  }

  /** Prints as {@code 20412 requests, 0 lost, 3 retried; by version: 1=10000 2=10412; …}. */
  public String render() {
    var text =
        "%d requests, %d lost, %d retried; by version: %s; by status: %s; slowest %d ms"
            .formatted(
                sent, lost, retried, render(byVersion), render(byStatus), slowest.toMillis());
    if (lost == 0) {
      return text;
    }
    return "%s; failures: %s%n%s"
        .formatted(text, render(byFailure), String.join(System.lineSeparator(), firstLosses));
  }

  private static String render(Map<?, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
  }

  private static <K> SortedMap<K, Long> copy(SortedMap<K, Long> counts) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }
}
