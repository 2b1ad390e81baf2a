package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.JournalBrokenException;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.source.ConfigRepository.Note;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.status.StatusFiles;
import dev.slipway.agent.time.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the truth about one repository's applications back to it, in a thread of its own.
 *
 * <p>A push that is refused holds up no rollout: it is tried again when something changed, and said
 * in the log.
 */
final class Publisher implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final int HISTORY = 20;
  private static final int ENTRIES = 100_000;

  private final Follower follower;
  private final Services services;
  private final Board board;
  private final Signal end = new Signal();
  private volatile Signal changed = new Signal();
  private volatile boolean closed;

  Publisher(Follower follower, Services services, Board board) {
    this.follower = follower;
    this.services = services;
    this.board = board;
  }

  void changed() {
    changed.raise("something changed");
  }

  void close() {
    closed = true;
    end.raise("the agent stops");
    changed.raise("the agent stops");
  }

  @Override
  public void run() {
    while (!closed) {
      services.waiter().await(services.tempo().watch(), changed);
      if (changed.reason().isPresent()) {
        changed = new Signal();
        tryToPublish();
        services.waiter().await(services.tempo().publish(), end);
      }
    }
    tryToPublish();
  }

  /** Status that cannot be written holds up nothing; only a broken journal stops the agent. */
  private void tryToPublish() {
    try {
      publish();
    } catch (JournalBrokenException e) {
      closed = true;
      board.broken(e);
    } catch (RuntimeException e) {
      LOG.error("{}: status was not written; this is a defect of Slipway", follower.name(), e);
    }
  }

  private void publish() {
    Journal journal = services.journal();
    List<ApplicationStatus> statuses =
        board.status().stream()
            .filter(status -> status.repository().equals(follower.name()))
            .toList();
    if (statuses.isEmpty()) {
      return;
    }
    long published = journal.published(follower.name());
    List<Entry> since = journal.after(published, ENTRIES);
    long sequence = since.isEmpty() ? published : since.getLast().sequence();
    var update = new StatusUpdate(sequence, message(statuses), files(statuses), notes(since));
    switch (follower.publish(update)) {
      case Published.Pushed _ ->
          journal.append(new Event.StatusPublished(follower.name(), sequence));
      case Published.Unchanged() -> {}
      case Published.Outdated(var found) ->
          LOG.warn("{}: a newer status ({}) is there; nothing written", follower.name(), found);
      case Published.Rejected(var reason) ->
          LOG.warn("{}: status not pushed: {}", follower.name(), reason);
    }
  }

  private static String message(List<ApplicationStatus> statuses) {
    var text = new StringBuilder("Report what runs\n\n");
    for (ApplicationStatus status : statuses) {
      text.append(
          "%s/%s: %s\n".formatted(status.environment(), status.application(), status.phase()));
    }
    return text.append("\n[skip ci]\n").toString();
  }

  private Map<String, String> files(List<ApplicationStatus> statuses) {
    var files = new HashMap<String, String>();
    for (ApplicationStatus status : statuses) {
      files.putAll(StatusFiles.of(status));
      var target = new Target(status.repository(), status.environment(), status.application());
      for (RolloutStatus rollout : new Views(services.journal()).history(target, HISTORY)) {
        files.putAll(StatusFiles.of(status, rollout));
      }
    }
    return files;
  }

  /** One note a commit: a line for each rollout of it that ended since the last status. */
  private List<Note> notes(List<Entry> since) {
    var texts = new LinkedHashMap<String, StringBuilder>();
    for (Entry entry : since) {
      if (entry.event() instanceof Event.RolloutEnded ended && isOurs(ended.rollout())) {
        services.journal().history(ended.target(), HISTORY).stream()
            .filter(one -> one.rollout().equals(ended.rollout()))
            .findFirst()
            .ifPresent(one ->
                texts
                    .computeIfAbsent(one.delivery().revision(), _ -> new StringBuilder())
                    .append(line(one)));
      }
    }
    var notes = new ArrayList<Note>();
    texts.forEach((commit, text) -> notes.add(new Note(commit, text.toString())));
    return notes;
  }

  private boolean isOurs(RolloutId rollout) {
    return rollout.target().repository().equals(follower.name());
  }

  private static String line(Summary summary) {
    return "%s: %s %s in %s at %s\n"
        .formatted(
            summary.rollout(),
            summary.delivery().id(),
            Views.text(summary.ending()),
            summary.rollout().target().environment(),
            summary.ended());
  }
}
