package dev.slipway.agent.reconcile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may work where: never two rollouts on one host or one backend, and not too many at once.
 *
 * <p>First come, first served among those that want the same thing, so that everyone gets a turn.
 */
final class Claims {
  private final int atOnce;
  private final Set<String> taken = new HashSet<>();
  private final List<Set<String>> waiting = new ArrayList<>();
  private int running;

  Claims(int atOnce) {
    this.atOnce = atOnce;
  }

  /**
   * Waits until all of these are free, and takes them.
   *
   * @throws InterruptedException if the agent stops meanwhile
   */
  Claim take(Set<String> wanted) throws InterruptedException {
    var mine = Set.copyOf(wanted);
    synchronized (this) {
      waiting.add(mine);
      try {
        while (!isTurnOf(mine)) {
          wait();
        }
        taken.addAll(mine);
        running++;
        return new Claim(mine);
      } finally {
        waiting.removeIf(other -> other == mine);
        notifyAll();
      }
    }
  }

  private boolean isTurnOf(Set<String> mine) {
    if (running >= atOnce || !Collections.disjoint(taken, mine)) {
      return false;
    }
    for (Set<String> earlier : waiting) {
      if (earlier == mine) {
        return true;
      }
      if (!Collections.disjoint(earlier, mine)) {
        return false;
      }
    }
    return false;
  }

  /** What was taken, until it is closed. */
  final class Claim implements AutoCloseable {
    private final Set<String> mine;

    private Claim(Set<String> mine) {
      this.mine = mine;
    }

    @Override
    public void close() {
      synchronized (Claims.this) {
        taken.removeAll(mine);
        running--;
        Claims.this.notifyAll();
      }
    }
  }
}
