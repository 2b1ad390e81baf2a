package dev.slipway.agent.ssh;

import java.io.InputStream;
import java.time.Duration;

/**
 * A command that a server runs for us.
 *
 * <p>Both its streams must be read, or it stands still when the window is full. When its time is up
 * the server is asked to kill it; one that cannot be killed keeps its session until it ends.
 */
public interface SshProcess extends AutoCloseable {

  /**
   * Returns where its standard input is written; closing it is the end of the input, unless a write
   * failed: a command never takes a part for the whole.
   */
  CommandInput input();

  /** Returns its standard output. */
  InputStream output();

  /** Returns its standard error. */
  InputStream errors();

  /** Waits for its end, which comes at the latest when its time is up. */
  End await();

  /** Kills it if it still runs. */
  @Override
  void close();

  /** How it ended. */
  sealed interface End {
    /** By itself. */
    record Exited(int status) implements End {}

    /** By a signal, named without {@code SIG}. */
    record Signalled(String signal) implements End {}

    /** Its time was up, or its owner closed it: what it did is unknown. */
    record TimedOut(Duration after) implements End {}

    /** The connection went away: what it did is unknown. */
    record Lost(String reason) implements End {}
  }
}
