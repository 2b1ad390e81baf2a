package dev.slipway.agent.schedule;

import dev.slipway.agent.schedule.Schedule.Registration;
import dev.slipway.agent.schedule.Schedule.Result;
import dev.slipway.agent.schedule.Schedule.Task;
import java.time.Duration;

/** A task on the schedule and where it stands: it runs, or its next run is planned. */
final class Entry implements Registration {
  private final QuartzSchedule schedule;
  private final String name;
  private final Pace pace;
  private final Task task;
  private int failures;
  private boolean running;
  private boolean woken;
  private boolean cancelled;

  Entry(QuartzSchedule schedule, String name, Pace pace, Task task) {
    this.schedule = schedule;
    this.name = name;
    this.pace = pace;
    this.task = task;
  }

  synchronized void begin() {
    schedule.plan(name, Duration.ZERO);
  }

  /** Runs the task once and plans the next run, whatever came of this one. */
  void run() {
    if (!enter()) {
      return;
    }
    var result = Result.FAILED;
    try {
      result = task.run();
    } finally {
      leave(result);
    }
  }

  @Override
  public synchronized void wake() {
    if (running) {
      woken = true;
    } else if (!cancelled) {
      schedule.plan(name, Duration.ZERO);
    }
  }

  @Override
  public synchronized void cancel() {
    cancelled = true;
    schedule.remove(name, this);
  }

  private synchronized boolean enter() {
    if (running || cancelled) {
      return false;
    }
    running = true;
    return true;
  }

  private synchronized void leave(Result result) {
    running = false;
    failures =
        switch (result) {
          case SUCCEEDED -> 0;
          case FAILED -> failures + 1;
        };
    if (cancelled) {
      return;
    }
    schedule.plan(name, woken ? Duration.ZERO : pace.delay(failures, schedule.chance()));
    woken = false;
  }
}
