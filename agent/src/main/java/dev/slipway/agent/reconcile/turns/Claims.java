package dev.slipway.agent.reconcile.turns;

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
public final class Claims {
  private final Set<String> taken = new HashSet<>();
  private final List<Ticket> waiting = new ArrayList<>();
  private int running;
  private long tickets;

  /** A place in the queue; the number tells it from others that want the same. */
  private record Ticket(long number, Set<String> wants, int atOnce) {}

  /**
   * Waits until all of these are free, and takes them.
   *
   * @param atOnce how many may be inside, this one counted: a newer commit may say otherwise
   * @throws InterruptedException if the agent stops meanwhile
   */
  Claim take(Set<String> wanted, int atOnce) throws InterruptedException {
    synchronized (this) {
      var mine = new Ticket(tickets++, Set.copyOf(wanted), atOnce);
      waiting.add(mine);
      try {
        while (!isTurnOf(mine)) {
          wait();
        }
        taken.addAll(mine.wants());
        running++;
        return new Claim(mine.wants());
      } finally {
        waiting.remove(mine);
        notifyAll();
      }
    }
  }

  /** Returns how many wait for their turn. */
  synchronized int waiting() {
    return waiting.size();
  }

  private boolean isTurnOf(Ticket mine) {
    if (running >= mine.atOnce() || !Collections.disjoint(taken, mine.wants())) {
      return false;
    }
    for (Ticket earlier : waiting) {
      if (earlier.equals(mine)) {
        return true;
      }
      if (!Collections.disjoint(earlier.wants(), mine.wants())) {
        return false;
      }
    }
    return false;
  }

  /** What was taken, until it is closed. */
  public final class Claim implements AutoCloseable {
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
