package dev.slipway.agent.rollout.act;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/** Threads that work side by side, so many at once. */
public final class Crew {
  private final ThreadFactory threads;
  private final int atOnce;

  /** Makes a crew of threads from a factory. */
  public Crew(ThreadFactory threads, int atOnce) {
    this.threads = threads;
    this.atOnce = atOnce;
  }

  /** Work that was begun. */
  public static final class Begun<T> {
    private final List<FutureTask<T>> tasks;

    private Begun(List<FutureTask<T>> tasks) {
      this.tasks = tasks;
    }

    /** Waits for all of it and returns the results, in the order in which the work was given. */
    public List<T> results() {
      tasks.forEach(Begun::awaited);
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

  /** Begins the work, a thread for each piece. */
  public <T> Begun<T> begin(List<Supplier<T>> works) {
    var free = new Semaphore(atOnce);
    List<FutureTask<T>> tasks = works.stream().map(work -> new FutureTask<>(work::get)).toList();
    for (FutureTask<T> task : tasks) {
      threads
          .newThread(() -> {
            free.acquireUninterruptibly();
            try {
              task.run();
            } finally {
              free.release();
            }
          })
          .start();
    }
    return new Begun<>(tasks);
  }

  /** Does the work side by side and returns the results in its order. */
  public <T> List<T> all(List<Supplier<T>> works) {
    return begin(works).results();
  }
}
