package dev.slipway.agent.rollout.act;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Threads that work side by side, so many at once. */
public final class Crew {
  private final ThreadFactory threads;
  private final int atOnce;
  private final Consumer<Runnable> waiting;

  /** Makes a crew of threads from a factory. */
  public Crew(ThreadFactory threads, int atOnce) {
    this(threads, atOnce, Runnable::run);
  }

  /**
   * Makes a crew of threads from a factory.
   *
   * @param waiting runs what waits for others, so that it can be known who does
   */
  public Crew(ThreadFactory threads, int atOnce, Consumer<Runnable> waiting) {
    this.threads = threads;
    this.atOnce = atOnce;
    this.waiting = waiting;
  }

  /** Work that was begun. */
  public static final class Begun<T> {
    private final List<FutureTask<T>> tasks;
    private final Consumer<Runnable> waiting;

    private Begun(List<FutureTask<T>> tasks, Consumer<Runnable> waiting) {
      this.tasks = tasks;
      this.waiting = waiting;
    }

    /** Waits for all of it and returns the results, in the order in which the work was given. */
    public List<T> results() {
      waiting.accept(() -> tasks.forEach(Begun::awaited));
      return tasks.stream().map(Begun::result).toList();
    }

    private static void awaited(FutureTask<?> task) {
      boolean interrupted = false;
      while (!task.isDone()) {
        try {
          task.get();
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException _) {
          break; // it is thrown again by result()
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private static <T> T result(FutureTask<T> task) {
      if (task.state() == Future.State.SUCCESS) {
        return task.resultNow();
      }
      switch (task.exceptionNow()) {
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case Throwable other -> throw new IllegalStateException("a supplier cannot throw", other);
      }
    }
  }

  /** Begins the work, a thread for each piece; none starts before all are there. */
  public <T> Begun<T> begin(List<Supplier<T>> works) {
    var free = new Semaphore(atOnce);
    List<FutureTask<T>> tasks = works.stream().map(work -> new FutureTask<>(work::get)).toList();
    List<Thread> hands = tasks.stream().map(task -> threads.newThread(among(free, task))).toList();
    hands.forEach(Thread::start);
    return new Begun<>(tasks, waiting);
  }

  private static Runnable among(Semaphore free, Runnable task) {
    return () -> {
      free.acquireUninterruptibly();
      try {
        task.run();
      } finally {
        free.release();
      }
    };
  }

  /** Does the work side by side and returns the results in its order. */
  public <T> List<T> all(List<Supplier<T>> works) {
    return begin(works).results();
  }
}
