package dev.slipway.agent.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kills the code under test at its n-th crash point, as {@code kill -9} would: by an error that
 * nothing catches.
 *
 * <p>Fakes and wrappers pass a point on both sides of every journal write and of every act outside;
 * points at journal writes alone let real bugs through. After the fuse has burnt every further
 * point throws too, because a dead process has no thread that goes on. Safe for use by several
 * threads.
 */
public final class Fuse {
  private static final int NEVER = Integer.MAX_VALUE;

  private final int fatal;
  private final List<String> passed = new ArrayList<>();
  private Optional<String> grave = Optional.empty();

  private Fuse(int fatal) {
    this.fatal = fatal;
  }

  /** The death of the process; nothing may catch it but a test. */
  public static final class Burnt extends Error {
    private static final long serialVersionUID = 1L;

    private Burnt(String point) {
      super("killed at " + point);
    }
  }

  /** A fuse that kills at this crash point; the first one is 1. */
  public static Fuse burningAt(int point) {
    if (point < 1) {
      throw new IllegalArgumentException("crash point " + point + " is not 1 or more");
    }
    return new Fuse(point);
  }

  /** A fuse that never burns, which tells how many points there are. */
  public static Fuse endless() {
    return new Fuse(NEVER);
  }

  /** Passes a crash point, or dies there. */
  public synchronized void point(String name) {
    if (grave.isEmpty() && passed.size() + 1 >= fatal) {
      grave = Optional.of(name);
    }
    if (grave.isPresent()) {
      throw new Burnt(grave.get());
    }
    passed.add(name);
  }

  /** Runs an act between a crash point before it and one after it. */
  public void around(String name, Runnable act) {
    point("before " + name);
    act.run();
    point("after " + name);
  }

  /** Runs the code under test as a process of its own; tells whether it came to its end. */
  public boolean survives(Runnable process) {
    try {
      process.run();
      return true;
    } catch (Burnt e) {
      return false;
    }
  }

  /** The points that were passed, in their order. */
  public synchronized List<String> passed() {
    return List.copyOf(passed);
  }

  /** Where the process died. */
  public synchronized Optional<String> grave() {
    return grave;
  }
}
