package dev.slipway.agent.time;

import java.time.Duration;
import java.time.InstantSource;

/** The only thing that lets time pass. */
public interface Waiter {

  /** Waits for the whole time, or until the signal is raised or the thread is interrupted. */
  End await(Duration time, Signal signal);

  /** Returns how much time has passed since some moment, whatever the wall clock does. */
  default Duration uptime() {
    return Duration.ofNanos(System.nanoTime());
  }

  /** How a wait ended. */
  enum End {
    ELAPSED,
    SIGNALLED
  }

  /** Returns a waiter on the system's monotonic clock. */
  static Waiter system() {
    return new SystemWaiter();
  }

  /** Returns the system's wall clock. */
  static InstantSource wallClock() {
    return InstantSource.system();
  }
}
