package dev.slipway.agent.schedule;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Starts schedules. */
public final class Schedules {
  private Schedules() {}

  /**
   * Starts a schedule that forgets everything when it is closed.
   *
   * @param clock the system's, on which Quartz runs
   * @param patience how long closing waits for tasks to end, and again after interrupting them
   */
  public static Schedule inMemory(InstantSource clock, RandomGenerator random, Duration patience) {
    return new QuartzSchedule(clock, random, patience);
  }
}
