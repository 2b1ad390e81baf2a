package dev.slipway.agent.rollout.act;

import dev.slipway.agent.rollout.judge.Passing;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How a rollout lets time pass: in slices, so that its balancers are looked after meanwhile.
 *
 * <p>Time is taken from the waiter, never from the wall clock, which may jump.
 */
public final class Pace {
  private final Waiter waiter;
  private final Duration slice;
  private final Duration progressDeadline;
  private final Runnable watch;
  private final AtomicReference<Duration> moved;

  /**
   * Makes the pace of one plan.
   *
   * @param watch what is done after each slice of a wait
   */
  public Pace(Waiter waiter, Duration slice, Duration progressDeadline, Runnable watch) {
    this.waiter = waiter;
    this.slice = slice;
    this.progressDeadline = progressDeadline;
    this.watch = watch;
    this.moved = new AtomicReference<>(waiter.uptime());
  }

  /** How a rest ended. */
  public enum Rest {
    OVER,
    CUT
  }

  /** Lets time pass, unless the signal is raised. */
  Rest rest(Duration time, Signal signal) {
    Duration end = waiter.uptime().plus(time);
    while (true) {
      Duration left = end.minus(waiter.uptime());
      if (!left.isPositive()) {
        return Rest.OVER;
      }
      if (waiter.await(left.compareTo(slice) < 0 ? left : slice, signal) == Waiter.End.SIGNALLED) {
        return Rest.CUT;
      }
      watch.run();
    }
  }

  /** Returns how much time has passed since some moment. */
  Duration now() {
    return waiter.uptime();
  }

  /** Returns how time passes for those who come back to a thing again and again. */
  Passing passing(Signal signal) {
    return new Passing() {
      @Override
      public Duration now() {
        return Pace.this.now();
      }

      @Override
      public boolean rest(Duration time) {
        boolean isOver = Pace.this.rest(time, signal) == Rest.OVER;
        moved();
        return isOver;
      }
    };
  }

  /** Says that a step began or ended. */
  public void moved() {
    moved.set(waiter.uptime());
  }

  /** Starts to measure a time that must not be exceeded. */
  Deadline within(Duration time) {
    return new Deadline(waiter.uptime(), time);
  }

  /** A time that runs out, at the latest when nothing in the whole plan has moved for too long. */
  final class Deadline {
    private final Duration start;
    private final Duration time;

    private Deadline(Duration start, Duration time) {
      this.start = start;
      this.time = time;
    }

    boolean isOver() {
      Duration now = waiter.uptime();
      return now.minus(start).compareTo(time) >= 0
          || now.minus(moved.get()).compareTo(progressDeadline) >= 0;
    }

    Duration passed() {
      return waiter.uptime().minus(start);
    }
  }
}
