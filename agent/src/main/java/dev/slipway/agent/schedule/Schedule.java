package dev.slipway.agent.schedule;

import java.time.Duration;

/** Runs tasks again and again, each one after the other and different ones side by side. */
public interface Schedule extends AutoCloseable {

  /**
   * Runs a task now and then again after each interval, counted from the end of the run before.
   * What was missed, because a run took long or the machine slept, is not made up for.
   *
   * <p>After failures the interval doubles, up to sixteen times its length.
   *
   * @param name unique among the tasks that are not cancelled
   * @param jitter at most so much is added to each interval, so that many tasks spread
   */
  Registration every(String name, Duration interval, Duration jitter, Task task);

  /** Starts no more runs, waits a bounded time for those that go on, then interrupts them. */
  @Override
  void close();

  /** One piece of work. */
  @FunctionalInterface
  interface Task {
    /** Does it once. */
    Result run();
  }

  /** Whether a run did what it was for. */
  enum Result {
    SUCCEEDED,
    FAILED
  }

  /** A task that is scheduled. */
  interface Registration {
    /** Runs the task as soon as it does not run; several wishes are one. */
    void wake();

    /** Starts no more runs; one that goes on is left to end. */
    void cancel();
  }
}
