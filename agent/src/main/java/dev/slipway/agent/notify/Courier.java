package dev.slipway.agent.notify;

import dev.slipway.agent.http.Posts;
import dev.slipway.agent.http.Posts.Posted;
import dev.slipway.agent.journal.Event.Receipt;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings letters to their receivers, as often as it takes and for as long as is allowed. */
final class Courier {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  private final Journal journal;
  private final Secrets secrets;
  private final Posts posts;
  private final InstantSource clock;
  private final Waiter waiter;
  private final Patience patience;
  private final Instant begun;
  private final Signal end = new Signal();

  Courier(
      Journal journal,
      Secrets secrets,
      Posts posts,
      InstantSource clock,
      Waiter waiter,
      Patience patience) {
    this.journal = journal;
    this.secrets = secrets;
    this.posts = posts;
    this.clock = clock;
    this.waiter = waiter;
    this.patience = patience;
    this.begun = clock.instant();
  }

  /** Lets what is on its way arrive, and begins nothing more. */
  void stop() {
    end.raise("the agent stops");
  }

  boolean isStopped() {
    return end.reason().isPresent();
  }

  /** Returns once the letter has arrived, or is given up, or the agent stops. */
  void bring(Letter letter) {
    for (int failures = 1; !isStopped(); failures++) {
      switch (posted(letter)) {
        case Posted.Accepted() -> {
          journal.append(letter.answered(Receipt.DELIVERED, ""));
          LOG.info("{}: delivered", letter);
          return;
        }
        case Posted.Refused(var reason) -> {
          giveUp(letter, reason);
          return;
        }
        case Posted.Failed(var reason, var after) -> {
          if (!isTriedAgain(letter, reason, longer(patience.after(failures), after))) {
            return;
          }
        }
      }
    }
  }

  /** The address is read each time, so that a rotated one is used at once. */
  private Posted posted(Letter letter) {
    return switch (secrets.read(letter.receiver().secret())) {
      case Secrets.Read.Unusable(var reason) -> new Posted.Failed(reason, Optional.empty());
      case Secrets.Read.Found(var secret) -> {
        Notice notice = letter.notice();
        journal.append(letter.tried());
        yield posts.post(
            secret.value(),
            new Posts.Message(
                NoticeText.id(notice), NoticeText.of(notice, letter.receiver().kind())));
      }
    };
  }

  private boolean isTriedAgain(Letter letter, String reason, Duration pause) {
    if (clock.instant().plus(pause).isAfter(deadline(letter.notice()))) {
      giveUp(letter, reason);
      return false;
    }
    journal.append(letter.answered(Receipt.FAILED, reason));
    LOG.warn("{}: not delivered, again in {}: {}", letter, pause, reason);
    return waiter.await(pause, end) == Waiter.End.ELAPSED;
  }

  void giveUp(Letter letter, String reason) {
    journal.append(letter.answered(Receipt.GIVEN_UP, reason));
    LOG.error("{}: not delivered and given up: {}", letter, reason);
  }

  private static Duration longer(Duration pause, Optional<Duration> asked) {
    return asked.filter(other -> other.compareTo(pause) > 0).orElse(pause);
  }

  private Instant deadline(Notice notice) {
    return (notice.at().isAfter(begun) ? notice.at() : begun).plus(patience.whole());
  }
}
