package dev.slipway.agent.journal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What kills the agent in a test: it burns a little at every write and on both sides of every act,
 * and once it is burnt down nothing works any more.
 */
public final class Fuse {
  private final AtomicInteger left;
  private final AtomicInteger burnt = new AtomicInteger();

  /** Makes a fuse that kills at its nth moment, counted from 0. */
  public Fuse(int moments) {
    this.left = new AtomicInteger(moments);
  }

  /** Returns a fuse that only counts. */
  public static Fuse endless() {
    return new Fuse(Integer.MAX_VALUE);
  }

  /** Burns a little, or kills. */
  public void burn() {
    burnt.incrementAndGet();
    if (left.getAndUpdate(was -> was < 0 ? -1 : was - 1) <= 0) {
      throw new Killed();
    }
  }

  /** Does nothing, or shows that the agent is dead already. */
  public void check() {
    if (left.get() < 0) {
      throw new Killed();
    }
  }

  /** Returns how many moments there were so far. */
  public int burnt() {
    return burnt.get();
  }

  /** The agent is dead. No code of the agent may catch this. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed by the test", null, false, false);
    }
  }
}
