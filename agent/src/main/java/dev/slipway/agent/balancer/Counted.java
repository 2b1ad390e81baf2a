package dev.slipway.agent.balancer;

import dev.slipway.strategies.fleet.Instance;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What a balancer answers when it is asked for its counts. */
public sealed interface Counted {

  /**
   * These are its counts, which only grow while it lives.
   *
   * @param tallies by member; one that it has no server for is not in it, and has counted nothing
   * @param compared what came of comparing answers to copies, since they began too
   * @param generation changes when the counts began again from zero
   */
  record Now(Map<Instance, Tally> tallies, Compared compared, String generation)
      implements Counted {
    public Now {
      tallies = Collections.unmodifiableMap(new TreeMap<>(tallies));
    }

    /** Counts where nothing is compared. */
    public Now(Map<Instance, Tally> tallies, String generation) {
      this(tallies, Compared.NONE, generation);
    }
  }

  /** It does not count, and never will. */
  record Never(String reason) implements Counted {}

  /** It cannot be asked, or says what cannot be understood. */
  record Unknown(String reason) implements Counted {}
}
