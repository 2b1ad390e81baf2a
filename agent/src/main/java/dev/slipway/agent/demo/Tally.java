package dev.slipway.agent.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what became of requests; safe for use by several threads. */
final class Tally {
  private static final int LOSSES_MAX = 20;

  private final SortedMap<Integer, Long> byStatus = new TreeMap<>();
  private final SortedMap<String, Long> byVersion = new TreeMap<>();
  private final SortedMap<String, Long> byFailure = new TreeMap<>();
  private final List<String> firstLosses = new ArrayList<>();
  private long ok;
  private long lost;
  private long retried;
  private Duration slowest = Duration.ZERO;

  synchronized void retried() {
    retried++;
  }

  /** Notes the final outcome of one request. */
  synchronized void count(Outcome outcome, Duration sinceStart, Duration took) {
    if (took.compareTo(slowest) > 0) {
      slowest = took;
    }
    switch (outcome) {
      case Outcome.Answered(var status, var version, var _) ->
          answered(status, version, sinceStart);
      case Outcome.Unanswered(var how) -> failed(how, sinceStart);
      case Outcome.Failed(var how) -> failed(how, sinceStart);
    }
  }

  synchronized LoadReport report() {
    return new LoadReport(
        ok + lost, ok, lost, retried, byStatus, byVersion, byFailure, slowest, firstLosses);
  }

  private void answered(int status, String version, Duration sinceStart) {
    byStatus.merge(status, 1L, Long::sum);
    byVersion.merge(version, 1L, Long::sum);
    if (status >= 200 && status < 400) {
      ok++;
    } else {
      lose("status %d from version %s".formatted(status, version), sinceStart);
    }
  }

  private void failed(String how, Duration sinceStart) {
    byFailure.merge(how, 1L, Long::sum);
    lose(how, sinceStart);
  }

  private void lose(String how, Duration sinceStart) {
    lost++;
    if (firstLosses.size() < LOSSES_MAX) {
      firstLosses.add("lost after %.3f s: %s".formatted(sinceStart.toMillis() / 1000.0, how));
    }
  }
}
