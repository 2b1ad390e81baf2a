package dev.slipway.agent.metrics;

import java.time.Duration;
import java.util.List;

/**
 * A program on the agent's machine that knows a number, as the agent's own file allows it.
 *
 * @param name what manifests call it
 * @param run an absolute path and arguments; no shell reads them
 * @param timeout after which it is killed, with everything that it has started
 * @param reads what of it is the number
 */
public record Program(String name, List<String> run, Duration timeout, Reads reads) {
  /** How long it may take unless the agent's file says otherwise. */
  public static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** A rollout that is to turn back waits for a measurement, so that none may take for ever. */
  public static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

  public Program {
    run = List.copyOf(run);
    if (run.isEmpty() || !isProgram(run.getFirst())) {
      throw new IllegalArgumentException(
          "%s names no program by its path: %s".formatted(name, run));
    }
    if (!timeout.isPositive() || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException("%s may not take %s".formatted(name, timeout));
    }
  }

  /** Returns whether a text names a program wherever it is called from. */
  public static boolean isProgram(String path) {
    // A path with '=' would be taken for a variable of its environment.
    return path.matches("/[A-Za-z0-9._@+/-]*[A-Za-z0-9._@+-]");
  }

  /** What of a program is the number. */
  public enum Reads {
    /** What it writes: a number, or JSON in which one stands. A status above 0 is no answer. */
    OUTPUT,
    /** How it exits, from 0 to 125. */
    STATUS
  }
}
