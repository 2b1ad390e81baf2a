package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.source.ConfigRepository.Note;
import dev.slipway.agent.status.StatusFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The rollouts of one repository that ended since status was last written, and what that makes old.
 */
final class Chronicle {
  /** How many history files of an application stay on the status branch. */
  static final int HISTORY = 20;

  private static final int EVER = Journal.Retention.DEFAULT.summaries();

  private final Views views;
  private final Map<Target, List<Summary>> histories = new TreeMap<>();
  private final Set<RolloutId> ended = new HashSet<>();
  private final Set<Target> forgotten = new HashSet<>();
  private final Map<Target, List<Summary>> abandoned = new TreeMap<>();

  Chronicle(Journal journal, String repository, List<Entry> since) {
    this.views = new Views(journal);
    for (Entry entry : since) {
      if (entry.event() instanceof Event.RolloutEnded event
          && event.target().repository().equals(repository)) {
        ended.add(event.rollout());
        histories.computeIfAbsent(event.target(), target -> journal.history(target, EVER));
      }
      if (entry.event() instanceof Event.Forgotten event
          && event.target().repository().equals(repository)) {
        forgotten.add(event.target());
      }
    }
    // Of a branch that is gone nobody looks for the past in its environment.
    forgotten.stream()
        .filter(Target::isPreview)
        .forEach(target -> abandoned.put(target, journal.history(target, EVER)));
    histories.keySet().removeAll(abandoned.keySet());
  }

  boolean isEmpty() {
    return ended.isEmpty() && forgotten.isEmpty();
  }

  /** Returns the history files of what ended. */
  Map<String, String> files(String environment) {
    var files = new HashMap<String, String>();
    of(environment)
        .forEach(history ->
            history.stream()
                .limit(HISTORY)
                .filter(one -> ended.contains(one.rollout()))
                .forEach(one -> files.put(path(one), StatusFiles.text(views.ended(one)))));
    return files;
  }

  /** Returns the environments that applications were forgotten of. */
  Set<String> abandoned() {
    return forgotten.stream().map(Target::environment).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the files of applications that were forgotten, and history beyond the limit. */
  Set<String> removed(String environment) {
    var paths = new HashSet<String>();
    of(environment)
        .forEach(history -> history.stream().skip(HISTORY).forEach(one -> paths.add(path(one))));
    abandoned.forEach((target, history) -> {
      if (target.environment().equals(environment)) {
        history.forEach(one -> paths.add(path(one)));
      }
    });
    forgotten.stream()
        .filter(target -> target.environment().equals(environment))
        .forEach(target -> paths.add(StatusFiles.path(environment, target.application())));
    return paths;
  }

  /** Returns one note for a commit: a line for each rollout of it that ended. */
  List<Note> notes(String environment) {
    var texts = new LinkedHashMap<String, StringBuilder>();
    of(environment)
        .forEach(history ->
            history.reversed().stream()
                .filter(one -> ended.contains(one.rollout()))
                .forEach(one ->
                    texts
                        .computeIfAbsent(one.delivery().revision(), _ -> new StringBuilder())
                        .append(line(one))));
    var notes = new ArrayList<Note>();
    texts.forEach((commit, text) -> notes.add(new Note(commit, text.toString())));
    return notes;
  }

  private List<List<Summary>> of(String environment) {
    return histories.entrySet().stream()
        .filter(one -> one.getKey().environment().equals(environment))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static String path(Summary summary) {
    Target target = summary.rollout().target();
    return StatusFiles.history(
        target.environment(), target.application(), summary.rollout().number());
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
