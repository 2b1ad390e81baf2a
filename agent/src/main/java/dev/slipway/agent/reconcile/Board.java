package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.JournalBrokenException;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.gates.Reached;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.ReleaseStatus;
import dev.slipway.agent.status.RepositoryStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of every application now; workers write it, people read it. */
final class Board {
  private static final Logger LOG = LoggerFactory.getLogger(Board.class);

  private final Journal journal;
  private final Views views;
  private final Map<Target, Line> lines = new ConcurrentSkipListMap<>();
  private final Set<Target> forgotten = ConcurrentHashMap.newKeySet();
  private final Map<String, List<Condition>> sources = new ConcurrentSkipListMap<>();
  private final Runnable changed;
  private final Consumer<JournalBrokenException> fatal;

  Board(Journal journal, Runnable changed, Consumer<JournalBrokenException> fatal) {
    this.journal = journal;
    this.views = new Views(journal);
    this.changed = changed;
    this.fatal = fatal;
  }

  /** The commit that is decided about. */
  private record Asked(String branch, String revision) {}

  private record Line(
      Phase phase,
      Optional<Asked> asked,
      Optional<String> judged,
      Optional<Delivery> delivery,
      Optional<Observation.Seen> seen,
      List<Condition> conditions) {
    static final Line EMPTY =
        new Line(
            Phase.UNKNOWN,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    Line asking(Asked now, Optional<Delivery> wanted) {
      return new Line(phase, Optional.of(now), judged, wanted, seen, conditions);
    }

    Line seeing(Observation.Seen now) {
      return new Line(phase, asked, judged, delivery, Optional.of(now), conditions);
    }

    Line noting(Phase now, List<Condition> why) {
      return new Line(now, asked, asked.map(Asked::revision), delivery, seen, why);
    }
  }

  void wanted(Target target, Delivery delivery) {
    var asked = new Asked(delivery.branch(), delivery.revision());
    update(target, line -> line.asking(asked, Optional.of(delivery)));
  }

  /** Says which commit is decided about, when nobody can tell which release it asks for. */
  void wanted(Target target, String branch, String revision) {
    update(target, line -> line.asking(new Asked(branch, revision), Optional.empty()));
  }

  void seen(Target target, Observation.Seen seen) {
    update(target, line -> line.seeing(seen));
  }

  void note(Target target, Phase phase, List<Condition> conditions) {
    update(target, line -> line.noting(phase, List.copyOf(conditions)));
  }

  /** Shows an application no more, whatever may still be told of it. */
  void forget(Target target) {
    forgotten.add(target);
    lines.remove(target);
    changed.run();
  }

  /** Shows an application that may have been forgotten. */
  void remember(Target target) {
    forgotten.remove(target);
  }

  /** Says what is the matter with a whole repository; an empty list when nothing is. */
  void source(String repository, List<Condition> conditions) {
    List<Condition> before = sources.put(repository, List.copyOf(conditions));
    if (!conditions.equals(before == null ? List.of() : before)) {
      conditions.forEach(one -> LOG.warn("{}: {}", repository, one.message()));
      changed.run();
    }
  }

  void broken(JournalBrokenException broken) {
    fatal.accept(broken);
  }

  private void update(Target target, UnaryOperator<Line> change) {
    Line before = lines.getOrDefault(target, Line.EMPTY);
    Line after =
        lines.compute(
            target,
            (_, line) ->
                forgotten.contains(target) ? null : change.apply(line == null ? Line.EMPTY : line));
    if (after != null && !after.equals(before)) {
      warn(target, before.conditions(), after.conditions());
      changed.run();
    }
  }

  /** Whoever reads the log learns what stands in the way once, when it comes up. */
  private static void warn(Target target, List<Condition> before, List<Condition> after) {
    after.stream()
        .filter(condition -> !before.contains(condition))
        .forEach(condition -> LOG.warn("{}: {}", target, condition.message()));
  }

  List<RepositoryStatus> repositories() {
    return sources.entrySet().stream()
        .map(source -> new RepositoryStatus(source.getKey(), source.getValue()))
        .toList();
  }

  List<ApplicationStatus> status() {
    return lines.keySet().stream().map(this::status).toList();
  }

  ApplicationStatus status(Target target) {
    Line line = lines.getOrDefault(target, Line.EMPTY);
    var conditions = new ArrayList<>(line.conditions());
    conditions.addAll(sources.getOrDefault(target.repository(), List.of()));
    journal
        .pin(target)
        .ifPresent(pin ->
            conditions.add(
                new Condition(
                    "Pinned",
                    "RolledBack",
                    "held on %s by %s: %s".formatted(pin.release(), pin.who(), pin.why()))));
    conditions.addAll(Reached.gates(journal, target));
    return new ApplicationStatus(
        target.repository(),
        target.environment(),
        target.application(),
        line.phase(),
        line.asked().map(Asked::branch).orElse(""),
        line.asked().map(Asked::revision).orElse(""),
        line.judged(),
        line.delivery().map(delivery -> ReleaseStatus.of(delivery.id())),
        journal.stable(target).map(stable -> ReleaseStatus.of(stable.id())),
        line.seen().map(Views::instances).orElse(List.of()),
        conditions,
        views.latest(target));
  }
}
