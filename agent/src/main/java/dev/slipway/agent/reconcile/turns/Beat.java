package dev.slipway.agent.reconcile.turns;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The rhythm of a thread that takes a step, rests, and steps sooner if something happens. */
public final class Beat {
  private final Waiter waiter;
  private final Duration often;
  private volatile Signal wake = new Signal();
  private volatile boolean stopped;

  /**
   * Makes a rhythm.
   *
   * @param often the longest rest without a glance
   */
  public Beat(Waiter waiter, Duration often) {
    this.waiter = waiter;
    this.often = often;
  }

  /**
   * Steps until it is stopped.
   *
   * @param step returns for how long to rest
   * @param glance is given what is left of a rest, and returns how much of that is to be had
   */
  public void run(Supplier<Duration> step, UnaryOperator<Duration> glance) {
    while (!stopped) {
      wake = new Signal();
      rest(step.get(), glance);
    }
  }

  private void rest(Duration whole, UnaryOperator<Duration> glance) {
    Duration left = whole;
    while (left.isPositive() && !stopped) {
      Duration part = left.compareTo(often) < 0 ? left : often;
      if (waiter.await(part, wake) == Waiter.End.SIGNALLED) {
        return;
      }
      left = glance.apply(left.minus(part));
    }
  }

  /** Ends the rest. */
  public void wake(String why) {
    wake.raise(why);
  }

  /** Lets no further step begin. */
  public void stop(String why) {
    stopped = true;
    wake.raise(why);
  }
}
