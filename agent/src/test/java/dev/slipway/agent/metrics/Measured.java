package dev.slipway.agent.metrics;

import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;

/** A source under test, the requests that it hears of, and what may happen to it. */
interface Measured extends AutoCloseable {

  MetricSource source();

  /** Returns whether it can tell this by what it is. */
  boolean tells(Measure measure);

  /** Sends requests to an instance, and returns when the source has heard of them. */
  void ask(Instance instance, int good, int bad);

  /** Sends a request that is answered after a fifth of a second. */
  void askSlowly(Instance instance);

  /** Ends it, so that nobody answers any more. */
  void goesAway();

  /** Starts it again. */
  void returns();

  @Override
  void close();
}
