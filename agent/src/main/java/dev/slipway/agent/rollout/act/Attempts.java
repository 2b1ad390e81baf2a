package dev.slipway.agent.rollout.act;

import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.time.Signal;
import java.time.Duration;
import java.util.function.Supplier;

/** Tries again while something cannot be reached, a bounded number of times, ever slower. */
final class Attempts {
  private final Pace pace;
  private final Limits limits;

  Attempts(Pace pace, Limits limits) {
    this.pace = pace;
    this.limits = limits;
  }

  /** What one attempt came to. */
  sealed interface Tried {
    /** There is nothing more to try. */
    record Ended(Outcome outcome) implements Tried {}

    /** It may go better next time; this is the outcome if there is none. */
    record Again(Outcome.Errored outcome) implements Tried {}
  }

  Outcome repeat(Signal signal, Supplier<Tried> work) {
    Duration wait = limits.firstBackOff();
    for (int attempt = 1; true; attempt++) {
      switch (work.get()) {
        case Tried.Ended(var outcome) -> {
          return outcome;
        }
        case Tried.Again(var outcome) -> {
          if (attempt == limits.attempts()) {
            return outcome;
          }
        }
      }
      if (pace.rest(wait, signal) == Pace.Rest.CUT) {
        return new Outcome.Cut(signal.reason().orElse("cut"));
      }
      wait = wait.multipliedBy(2);
    }
  }
}
