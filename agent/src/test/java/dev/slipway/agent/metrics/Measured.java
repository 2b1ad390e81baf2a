package dev.slipway.agent.metrics;

import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;

/** A source under test, and what may happen to it. */
interface Measured extends AutoCloseable {

  MetricSource source();

  /** Returns whether it can tell this by what it is. */
  boolean tells(Measure measure);

  /** Returns a query in its own words, if it has any. */
  Measure ownQuery();

  /** Ends it, so that nobody answers any more. */
  void goesAway();

  /** Starts it again. */
  void returns();

  /** Returns why a watch has failed, which it must have. */
  default String failure(MetricSource.Watch watch) {
    return switch (watch.read()) {
      case Reading.Failed(var reason) -> reason;
      case Reading reading -> throw new AssertionError("it tells " + reading);
    };
  }

  @Override
  void close();

  /** One that hears of requests. */
  interface Hearing extends Measured {
    /** Sends requests to an instance, and returns when the source has heard of them. */
    void ask(Instance instance, int good, int bad);

    /** Returns whether it can tell this of a few requests. */
    default boolean tellsOfFew(Measure measure) {
      return tells(measure);
    }

    /** Sends a request that is answered after a fifth of a second. */
    void askSlowly(Instance instance);
  }
}
