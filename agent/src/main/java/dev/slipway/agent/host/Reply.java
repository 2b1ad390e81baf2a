package dev.slipway.agent.host;

import java.time.Duration;

/** How a command on a machine ended. */
public sealed interface Reply {

  /**
   * It ran to its end; output is capped, and {@code truncated} says whether something is missing.
   */
  record Exited(int status, String output, String errors, Truncated truncated) implements Reply {}

  /** A signal ended it. */
  record Signalled(String signal) implements Reply {}

  /** It did not end in time, and was left or killed: what it did is unknown. */
  record TimedOut(Duration after) implements Reply {}

  /** The connection went away while it ran: what it did is unknown. */
  record Lost(String reason) implements Reply {}

  /** It was never begun: the machine cannot be reached. */
  record Unreachable(String reason) implements Reply {}

  /**
   * It was never begun: its host key is not the pinned one, or it does not accept our key. Asking
   * again is no use; a person must look.
   */
  record IdentityRefused(String reason) implements Reply {}

  /** Whether output was cut at the limit. */
  enum Truncated {
    NO,
    YES
  }
}
