package dev.slipway.agent.time;

import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A wish that ends waits: raised once, with a reason, by whoever wants a rollout to turn or stop.
 *
 * <p>Safe for use by several threads.
 */
public final class Signal {
  private final AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Raises the signal; the first reason stays. */
  public void raise(String why) {
    if (reason.compareAndSet(Optional.empty(), Optional.of(why))) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Returns why it was raised, empty while it was not. */
  public Optional<String> reason() {
    return reason.get();
  }

  /** Something that is done when a signal is raised, until it is closed. */
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** Does something when the signal is raised, at once if it is already. */
  public Listening whenRaised(Runnable act) {
    onRaise(act);
    return () -> forget(act);
  }

  /** Runs the listener when the signal is raised, at once if it is already. */
  void onRaise(Runnable listener) {
    listeners.add(listener);
    if (reason.get().isPresent()) {
      listener.run();
    }
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }
}
