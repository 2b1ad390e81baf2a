package dev.slipway.agent.metrics;

import java.time.Duration;

/**
 * Where numbers about requests come from: a balancer's own counters, Prometheus, any JSON, or a
 * program.
 *
 * <p>Implementations are safe for use by several threads. They never wait longer than the time-out
 * that they were made with.
 */
public interface MetricSource {

  /** Returns the name that manifests use for it. */
  String name();

  /**
   * Returns why the question can never be answered here, for example because the source has no such
   * number or the query does not parse; nothing if it can. Asked when a plan is made.
   */
  java.util.Optional<String> objection(Question question);

  /**
   * Begins to observe: what is read later reaches back to this moment at most. Sources that count
   * take their first counts now.
   */
  Watch watch(Question question);

  /**
   * Begins to observe as if that had been done a while ago, where the source remembers so much;
   * whatever only counts while it is asked begins now.
   */
  default Watch watch(Question question, Duration ago) {
    return watch(question);
  }

  /** Returns whether it can tell of the time before it was asked for the first time. */
  default boolean looksBack() {
    return false;
  }

  /** One question that is asked again and again, from one moment on. */
  interface Watch extends AutoCloseable {
    /**
     * Returns the number for the time since the watch began, or for the window if that is shorter.
     */
    Reading read();

    @Override
    void close();
  }
}
