package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.RolloutId;
import java.util.List;

/** What came of asking for a rollout, or of taking one up again. */
public sealed interface Result {

  /**
   * It ended; the journal says so too.
   *
   * @param incomplete hosts that were left out or failed within the limit, and have to catch up
   * @param log the last lines of the output of what failed
   */
  record Ended(RolloutId rollout, Ending ending, String reason, List<String> incomplete, String log)
      implements Result {
    public Ended {
      incomplete = List.copyOf(incomplete);
    }
  }

  /** Everything is as it ought to be; nothing was touched. */
  record NothingToDo() implements Result {}

  /** There is no plan that can proceed; nothing was touched. */
  record Refused(List<String> reasons) implements Result {
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }

  /** Not now, try again later: something cannot be asked or had; nothing was touched. */
  record NotNow(List<String> reasons) implements Result {
    public NotNow {
      reasons = List.copyOf(reasons);
    }
  }

  /** The agent stops; the rollout stays open and is taken up again after the next start. */
  record Left(RolloutId rollout) implements Result {}
}
