package dev.slipway.agent.reconcile.past;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Position.Part;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a way back to a former release would cross: irreversible tasks that have run since. */
public record Crossing(Journal journal, Target target) {
  private static final int HISTORY = 500;

  /** Returns the task and its release, in words; nothing if the way is free or leads forward. */
  public Optional<String> on(Delivery back) {
    boolean isBack =
        Stables.of(journal, target).liesBehind(back.id())
            || journal.stable(target).map(Delivery::id).equals(Optional.of(back.id()));
    return isBack
        ? Stream.concat(open(), since(back.id())).flatMap(Optional::stream).findFirst()
        : Optional.empty();
  }

  private Stream<Optional<String>> open() {
    return journal.open().stream()
        .filter(rollout -> rollout.target().equals(target))
        .map(this::begun);
  }

  private Stream<Optional<String>> since(ReleaseId back) {
    return journal.history(target, HISTORY).stream()
        .takeWhile(one -> one.ending() != Ending.SUCCEEDED || !one.delivery().id().equals(back))
        .map(this::ran);
  }

  /** What was taken back was taken back before anything relied on it. */
  private Optional<String> ran(Summary rollout) {
    return switch (rollout.ending()) {
      case ROLLED_BACK, ABORTED -> Optional.empty();
      case SUCCEEDED ->
          rollout.delivery().release().procedures().tasks().stream()
              .filter(Task::irreversible)
              .findFirst()
              .map(task -> named(task, rollout.delivery().id()));
      case SUPERSEDED, NEEDS_HELP -> begun(rollout.rollout());
    };
  }

  private Optional<String> begun(RolloutId rollout) {
    List<Event> events = journal.events(rollout).stream().map(Entry::event).toList();
    return events.stream()
        .filter(Event.RolloutStarted.class::isInstance)
        .map(Event.RolloutStarted.class::cast)
        .flatMap(start -> events.stream().flatMap(event -> irreversible(start, event)))
        .findFirst();
  }

  private static Stream<String> irreversible(Event.RolloutStarted start, Event event) {
    return event instanceof Event.StepStarted(_, var position)
            && position.leg() == 0
            && position.part() == Part.STEPS
            && step(start.plan(), position.lane(), position.index())
                instanceof InstanceStep.Run(_, _, var task)
            && task.irreversible()
        ? Stream.of(named(task, start.delivery().id()))
        : Stream.empty();
  }

  private static Step step(Plan plan, String lane, int index) {
    Lane of = plan.lanes().filter(one -> one.id().equals(lane)).findFirst().orElseThrow();
    return of.steps().get(index);
  }

  private static String named(Task task, ReleaseId release) {
    return "task '%s' of %s has run and is irreversible".formatted(task.name(), release);
  }
}
