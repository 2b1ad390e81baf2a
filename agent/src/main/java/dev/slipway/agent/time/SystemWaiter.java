package dev.slipway.agent.time;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits on a latch, whose clock no change of the wall clock disturbs. */
final class SystemWaiter implements Waiter {
  @Override
  public End await(Duration time, Signal signal) {
    var raised = new CountDownLatch(1);
    Runnable listener = raised::countDown;
    signal.onRaise(listener);
    try {
      // A time that no counter of nanoseconds holds is cut to the longest that one does: 292 years.
      long nanoseconds = TimeUnit.NANOSECONDS.convert(time);
      return raised.await(nanoseconds, TimeUnit.NANOSECONDS) ? End.SIGNALLED : End.ELAPSED;
    } catch (InterruptedException e) {
      signal.raise("the agent is shutting down");
      Thread.currentThread().interrupt();
      return End.SIGNALLED;
    } finally {
      signal.forget(listener);
    }
  }
}
