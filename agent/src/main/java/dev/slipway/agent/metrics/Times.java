package dev.slipway.agent.metrics;

import java.util.List;
import java.util.OptionalLong;

/**
 * Answers by the time that they took, in slots as a {@link dev.slipway.agent.balancer.Tally} has
 * them.
 */
record Times(List<Long> slots) {
  private static final double MILLIS = 1_000;

  /** Returns a percentile in seconds; within a slot the times are taken for evenly spread. */
  Reading reading(int percentile) {
    long answers = slots.stream().mapToLong(Long::longValue).sum();
    if (answers == 0) {
      return new Reading.NoData("no request was answered");
    }
    double rank = answers * (percentile / 100.0);
    long below = 0;
    int slot = 0;
    while (below + slots.get(slot) < rank) {
      below += slots.get(slot);
      slot++;
    }
    double seconds = seconds(slot, (rank - below) / slots.get(slot));
    return new Reading.Value(seconds, OptionalLong.of(answers));
  }

  /** The last slot has no end, so that its beginning is all that is known of it. */
  private double seconds(int slot, double part) {
    double from = slot == 0 ? 0 : Math.scalb(1.0, slot - 1);
    double to = slot == slots.size() - 1 ? from : Math.scalb(1.0, slot);
    return (from + (to - from) * part) / MILLIS;
  }
}
