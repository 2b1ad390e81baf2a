package dev.slipway.agent.metrics;

import dev.slipway.agent.balancer.Spent;
import java.util.List;
import java.util.OptionalLong;

/**
 * Answers by the time that they took, in slots as a {@link dev.slipway.agent.balancer.Tally} has
 * them.
 */
record Times(List<Long> slots) {
  private static final double MILLIS = 1_000;
  private static final double MIDDLE = 0.5;

  /** What is shorter is as good, and half of it is no better. */
  private static final double LEAST = 0.001;

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

  /**
   * Returns the mean in seconds, of these and of those whose times are known as a sum.
   *
   * @param balancers that have rounded their sums
   */
  Reading mean(Spent spent, int balancers) {
    long counted = slots.stream().mapToLong(Long::longValue).sum();
    long answers = counted + spent.answers();
    if (answers == 0) {
      return new Reading.NoData("no request was answered");
    }
    long least = Spent.LEAST * balancers;
    if (spent.answers() > 0 && answers < least) {
      return new Reading.NoData(
          "only %,d answers, and their rounded times take %,d to tell a mean"
              .formatted(answers, least));
    }
    double seconds = spent.millis() / MILLIS;
    for (int slot = 0; slot < slots.size(); slot++) {
      seconds += slots.get(slot) * seconds(slot, MIDDLE);
    }
    return new Reading.Value(Math.max(seconds / answers, LEAST), OptionalLong.of(answers));
  }

  /** The last slot has no end, so that its beginning is all that is known of it. */
  private double seconds(int slot, double part) {
    double from = slot == 0 ? 0 : Math.scalb(1.0, slot - 1);
    double to = slot == slots.size() - 1 ? from : Math.scalb(1.0, slot);
    return (from + (to - from) * part) / MILLIS;
  }
}
