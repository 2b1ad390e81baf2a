package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.JournalBrokenException;
import dev.slipway.agent.reconcile.decision.Tempo;
import dev.slipway.agent.reconcile.past.PhaseEnds;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.StatusFiles;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the truth about one repository's applications back to it, one commit for an environment,
 * in a thread of its own.
 *
 * <p>A push that is refused holds up no rollout: it is tried again at the next look, and said in
 * the log.
 */
final class Publisher implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final int ENTRIES = 100_000;

  private final String repository;
  private final Function<StatusUpdate, Published> outlet;
  private final Journal journal;
  private final Waiter waiter;
  private final Tempo tempo;
  private final Board board;
  private final Map<String, Map<String, String>> written = new HashMap<>();
  private final Signal end = new Signal();
  private volatile Signal changed = new Signal();
  private volatile boolean closed;
  private boolean owing;

  Publisher(
      String repository,
      Function<StatusUpdate, Published> outlet,
      Journal journal,
      Waiter waiter,
      Tempo tempo,
      Board board) {
    this.repository = repository;
    this.outlet = outlet;
    this.journal = journal;
    this.waiter = waiter;
    this.tempo = tempo;
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
    try (var _ = journal.subscribe(new PhaseEnds(repository, this::changed))) {
      while (!closed) {
        waiter.await(tempo.watch(), changed);
        if (changed.reason().isPresent() || owing) {
          changed = new Signal();
          tryToPublish();
          waiter.await(tempo.publish(), end);
        }
      }
      tryToPublish();
    }
  }

  /** Status that cannot be written holds up nothing; only a broken journal stops the agent. */
  private void tryToPublish() {
    try {
      owing = !publish();
    } catch (JournalBrokenException e) {
      closed = true;
      board.broken(e);
    } catch (RuntimeException e) {
      LOG.error("{}: status was not written; this is a defect of Slipway", repository, e);
    }
  }

  /** Returns whether all of it is on the server now. */
  private boolean publish() {
    long published = journal.published(repository);
    List<Entry> since = journal.after(published, ENTRIES);
    long sequence = since.isEmpty() ? published : since.getLast().sequence();
    var chronicle = new Chronicle(journal, repository, since);
    Map<String, List<ApplicationStatus>> environments = environments();
    chronicle.abandoned().forEach(one -> environments.putIfAbsent(one, List.of()));
    if (environments.isEmpty()) {
      return true;
    }
    boolean all = true;
    boolean pushed = false;
    for (Map.Entry<String, List<ApplicationStatus>> one : environments.entrySet()) {
      Result result = write(one.getKey(), update(sequence, one, chronicle));
      all &= result != Result.OWED;
      pushed |= result == Result.PUSHED;
    }
    if (all && (pushed || !chronicle.isEmpty())) {
      journal.append(new Event.StatusPublished(repository, sequence));
    }
    return all;
  }

  private Map<String, List<ApplicationStatus>> environments() {
    return board.status().stream()
        .filter(status -> status.repository().equals(repository))
        .collect(
            Collectors.groupingBy(
                ApplicationStatus::environment, TreeMap::new, Collectors.toList()));
  }

  private static StatusUpdate update(
      long sequence, Map.Entry<String, List<ApplicationStatus>> environment, Chronicle chronicle) {
    var files = new HashMap<String, String>();
    environment.getValue().forEach(status -> files.putAll(StatusFiles.of(status)));
    files.putAll(chronicle.files(environment.getKey()));
    var removed = new HashSet<>(chronicle.removed(environment.getKey()));
    removed.removeAll(files.keySet());
    return new StatusUpdate(
        sequence,
        message(environment.getKey(), environment.getValue()),
        files,
        removed,
        chronicle.notes(environment.getKey()));
  }

  private static String message(String environment, List<ApplicationStatus> statuses) {
    var text = new StringBuilder("Report what runs in %s\n\n".formatted(environment));
    for (ApplicationStatus status : statuses) {
      text.append("%s: %s\n".formatted(status.application(), status.phase()));
    }
    return text.append("\n[skip ci]\n").toString();
  }

  private enum Result {
    PUSHED,
    SAME,
    OWED
  }

  /** Writes an environment, without asking the server when nothing changed since the last time. */
  private Result write(String environment, StatusUpdate update) {
    boolean nothingNew = update.notes().isEmpty() && update.removed().isEmpty();
    if (nothingNew && update.files().equals(written.get(environment))) {
      return Result.SAME;
    }
    Result result =
        switch (outlet.apply(update)) {
          case Published.Pushed _ -> Result.PUSHED;
          case Published.Unchanged() -> Result.SAME;
          case Published.Outdated(var found) -> {
            LOG.warn("{}: a newer status ({}) is there; nothing written", repository, found);
            yield Result.OWED;
          }
          case Published.Rejected(var reason) -> {
            LOG.warn("{}: status not pushed: {}", repository, reason);
            yield Result.OWED;
          }
        };
    if (result == Result.OWED) {
      written.remove(environment);
    } else {
      written.put(environment, update.files());
    }
    return result;
  }
}
