package dev.slipway.agent.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/**
 * Time that passes only when every thread of a rollout waits, and then at once.
 *
 * <p>Its threads are real, so races are too; only the waiting is not.
 */
public final class SimTime implements Waiter, InstantSource, ThreadFactory {
  private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final Runnable alive;
  private final List<Sleeper> sleepers = new ArrayList<>();
  private final Map<Thread, Family> families = new HashMap<>();
  private Duration now = Duration.ofDays(1);
  private int threads;

  /**
   * Makes a time.
   *
   * @param alive called by whoever wants to wait; it throws if the agent is dead
   */
  public SimTime(Runnable alive) {
    this.alive = alive;
  }

  private static final class Sleeper {
    private final Duration until;
    private boolean awake;

    private Sleeper(Duration until) {
      this.until = until;
    }
  }

  /** Those who a thread has begun, and whether it waits for them. */
  private static final class Family {
    private int open;
    private boolean waits;
  }

  @Override
  public Thread newThread(Runnable work) {
    Family family = join();
    return Thread.ofVirtual()
        .unstarted(() -> {
          try {
            work.run();
          } finally {
            part(family);
          }
        });
  }

  private synchronized Family join() {
    threads++;
    Family family = families.computeIfAbsent(Thread.currentThread(), _ -> new Family());
    family.open++;
    return family;
  }

  /** Whoever waits for the last one goes on in its place, so that no time passes in between. */
  private synchronized void part(Family family) {
    family.open--;
    if (family.open == 0 && family.waits) {
      family.waits = false;
    } else {
      threads--;
    }
    pass();
  }

  /** Runs what waits for the threads that this one has begun; meanwhile time may pass. */
  public void whileWaiting(Runnable wait) {
    if (Thread.currentThread().isVirtual()) {
      letOthersPass();
    }
    wait.run();
  }

  private synchronized void letOthersPass() {
    Family family = families.get(Thread.currentThread());
    if (family != null && family.open > 0 && !family.waits) {
      family.waits = true;
      threads--;
      pass();
    }
  }

  @Override
  public End await(Duration time, Signal signal) {
    alive.run();
    boolean stranger = !Thread.currentThread().isVirtual();
    Sleeper sleeper = lieDown(time, stranger);
    Runnable listener = () -> wake(sleeper);
    signal.onRaise(listener);
    try {
      sleep(sleeper);
    } catch (InterruptedException e) {
      signal.raise("the simulation is shutting down");
      Thread.currentThread().interrupt();
    } finally {
      signal.forget(listener);
      getUp(sleeper, stranger);
    }
    alive.run();
    return signal.reason().isPresent() ? End.SIGNALLED : End.ELAPSED;
  }

  private synchronized Sleeper lieDown(Duration time, boolean stranger) {
    threads += stranger ? 1 : 0;
    return new Sleeper(time.isPositive() ? later(time) : now);
  }

  private Duration later(Duration time) {
    return time.compareTo(FOREVER.minus(now)) < 0 ? now.plus(time) : FOREVER;
  }

  private synchronized void getUp(Sleeper sleeper, boolean stranger) {
    sleepers.remove(sleeper);
    threads -= stranger ? 1 : 0;
  }

  /** Only who can be woken counts as asleep, lest time passes while a signal is on its way. */
  private synchronized void sleep(Sleeper sleeper) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (sleeper.awake) {
      return;
    }
    sleepers.add(sleeper);
    pass();
    while (!sleeper.awake) {
      wait();
    }
    // Whoever interrupts may end at once, and let time pass before the interrupt is heard.
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private synchronized void wake(Sleeper sleeper) {
    sleeper.awake = true;
    sleepers.remove(sleeper);
    notifyAll();
  }

  /** If everybody sleeps, the first who is to wake up does. */
  private synchronized void pass() {
    if (sleepers.isEmpty() || sleepers.size() < threads) {
      return;
    }
    now = sleepers.stream().map(sleeper -> sleeper.until).min(Duration::compareTo).orElseThrow();
    for (Sleeper sleeper : List.copyOf(sleepers)) {
      if (sleeper.until.compareTo(now) <= 0) {
        wake(sleeper);
      }
    }
  }

  @Override
  public synchronized Duration uptime() {
    return now;
  }

  @Override
  public Instant instant() {
    return START.plus(uptime());
  }
}
