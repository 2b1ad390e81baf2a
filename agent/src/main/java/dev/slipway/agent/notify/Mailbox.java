package dev.slipway.agent.notify;

import dev.slipway.agent.journal.JournalBrokenException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The letters to one address, brought one after the other by a thread of their own. */
final class Mailbox implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
  private static final int LETTERS_MAX = 1_000;

  private final BlockingQueue<Optional<Letter>> letters = new LinkedBlockingQueue<>();
  private final Courier courier;

  Mailbox(Courier courier) {
    this.courier = courier;
  }

  /** Returns at once, whatever becomes of the letter. */
  void add(Letter letter) {
    if (letters.size() < LETTERS_MAX) {
      letters.add(Optional.of(letter));
    } else {
      LOG.error("{}: not sent, since {} others wait before it", letter, LETTERS_MAX);
    }
  }

  void close() {
    letters.add(Optional.empty());
  }

  @Override
  public void run() {
    try {
      for (var next = letters.take(); next.isPresent(); next = letters.take()) {
        if (!courier.isStopped()) {
          courier.bring(next.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (JournalBrokenException e) {
      // Whoever acts meets the same, and stops the agent; a notice that cannot be recorded waits.
      LOG.error("no more notices: {}", e.getMessage());
    }
  }
}
