package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.act.Acts.Signals;
import dev.slipway.agent.time.Signal;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What others want of a rollout that runs: that it goes back, makes way, or is left for later.
 *
 * <p>Safe for use by several threads. Going back comes before making way.
 */
final class Wishes {
  private Signal pauses = new Signal();
  private final Signal waits = new Signal();
  private final Signal leaving = new Signal();
  private Optional<String> abort = Optional.empty();
  private Optional<Takeover> takeover = Optional.empty();
  private boolean over;

  /** A newer release that wants to take over. */
  record Takeover(Deployment deployment, Delivery delivery, String cause) {}

  /** Asks for the way back; what makes the wish durable is done before anybody hears of it. */
  synchronized Asked abort(String reason, Runnable record) {
    if (over) {
      return Asked.NOTHING_RUNS;
    }
    record.run();
    abort = Optional.of(abort.orElse(reason));
    waits.raise(reason);
    pauses.raise(reason);
    return Asked.TURNING;
  }

  /** Does what must not cross a wish to go back; nothing if that was wished, or all is over. */
  synchronized <T> Optional<T> unlessTurning(Supplier<T> act) {
    return over || abort.isPresent() ? Optional.empty() : Optional.of(act.get());
  }

  synchronized Asked supersede(Takeover newer) {
    if (over) {
      return Asked.NOTHING_RUNS;
    }
    takeover = Optional.of(newer);
    pauses.raise("superseded by " + newer.delivery().id());
    return Asked.TURNING;
  }

  /** What is under way is what is wanted, whatever was wanted in between. */
  synchronized Asked stay() {
    takeover.ifPresent(this::drop);
    return Asked.NOTHING_RUNS;
  }

  synchronized void leave() {
    String reason = "the agent is shutting down";
    leaving.raise(reason);
    waits.raise(reason);
    pauses.raise(reason);
  }

  /** A takeover that cannot be done is forgotten, and pauses are pauses again. */
  synchronized void drop(Takeover refused) {
    if (takeover.equals(Optional.of(refused))) {
      // Without the takeover that raised them, raised pauses would mean that the agent leaves.
      boolean mayPause = abort.isEmpty() && !isLeaving();
      takeover = Optional.empty();
      if (mayPause) {
        pauses = new Signal();
      }
    }
  }

  /** Ends the time of wishes, unless one to go back came before. */
  synchronized boolean close() {
    over = abort.isEmpty();
    return over;
  }

  /** Ends the time of wishes, whatever was wished. */
  synchronized void refuseMore() {
    over = true;
  }

  synchronized Optional<String> abort() {
    return abort;
  }

  synchronized Optional<Takeover> takeover() {
    return takeover;
  }

  /** An interrupt of the thread raises whatever signal was waited for, and means leaving too. */
  synchronized boolean isLeaving() {
    return leaving.reason().isPresent()
        || (waits.reason().isPresent() && abort.isEmpty())
        || (pauses.reason().isPresent() && abort.isEmpty() && takeover.isEmpty());
  }

  /** On the way there every wish is heard. */
  synchronized Signals forward() {
    return new Signals(pauses, waits);
  }

  /** On the way back only the agent's end is. */
  synchronized Signals back() {
    return new Signals(leaving, leaving);
  }
}
