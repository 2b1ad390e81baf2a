package dev.slipway.agent.metrics;

import dev.slipway.agent.balancer.Compared;
import dev.slipway.agent.balancer.Tally;

/** All that was counted in a time: of some members, and of the pool that they are in. */
record Counts(Tally tally, Compared compared) {
  static final Counts NONE = new Counts(Tally.NONE, Compared.NONE);

  Counts plus(Counts other) {
    return new Counts(tally.plus(other.tally), compared.plus(other.compared));
  }

  /** Returns what was counted since an earlier sum, below which no sum ever falls. */
  Counts since(Counts earlier) {
    return new Counts(
        tally.since(earlier.tally).orElseThrow(Counts::fell),
        compared.since(earlier.compared).orElseThrow(Counts::fell));
  }

  private static IllegalStateException fell() {
    return new IllegalStateException("a sum fell");
  }
}
