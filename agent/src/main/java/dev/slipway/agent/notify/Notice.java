package dev.slipway.agent.notify;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event.RolloutEnded;
import dev.slipway.agent.journal.Event.RolloutStarted;
import dev.slipway.agent.manifest.Receiver.Occasion;
import java.time.Instant;
import java.util.Optional;

/**
 * One thing that people are told: that a rollout began, or how it ended.
 *
 * @param store the name of the journal, so that no two agents' notices are called the same
 */
record Notice(
    String store,
    Occasion occasion,
    Instant at,
    RolloutStarted started,
    Optional<RolloutEnded> ended) {

  static Notice of(String store, Instant at, RolloutStarted started) {
    return new Notice(store, Occasion.STARTED, at, started, Optional.empty());
  }

  static Notice of(String store, Instant at, RolloutStarted started, RolloutEnded ended) {
    return new Notice(store, occasion(ended.ending()), at, started, Optional.of(ended));
  }

  private static Occasion occasion(Ending ending) {
    return switch (ending) {
      case SUCCEEDED -> Occasion.SUCCEEDED;
      case ROLLED_BACK -> Occasion.ROLLED_BACK;
      case ABORTED -> Occasion.ABORTED;
      case SUPERSEDED -> Occasion.SUPERSEDED;
      case NEEDS_HELP -> Occasion.NEEDS_HELP;
    };
  }
}
