package dev.slipway.agent.journal;

/**
 * The journal cannot be written or read any more; the agent must stop at once.
 *
 * <p>After a failed write the next one may seem to succeed although the disk lost both, so writing
 * is never tried again.
 */
public final class JournalBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JournalBrokenException(String message, Throwable cause) {
    super(message, cause);
  }

  JournalBrokenException(String message) {
    super(message);
  }
}
