package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceStep;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which tasks of a release are still to run, by the journal.
 *
 * <p>What ended well for a release is never run for it again, for nothing takes it back: not when
 * the release is tried once more, not when hosts catch up, and not on a way back to it.
 */
record DueTasks(Journal journal, Target target) {
  private static final int HISTORY = 500;

  List<Task> of(Delivery wanted) {
    List<Task> tasks = wanted.release().procedures().tasks();
    if (tasks.isEmpty() || wasStable(wanted.id())) {
      return List.of();
    }
    Set<String> done =
        history().stream()
            .filter(one -> one.delivery().id().equals(wanted.id()))
            .flatMap(one -> done(one).stream())
            .collect(Collectors.toUnmodifiableSet());
    return tasks.stream().filter(task -> !done.contains(task.name())).toList();
  }

  private List<Summary> history() {
    return journal.history(target, HISTORY);
  }

  boolean wasStable(ReleaseId release) {
    return journal.stable(target).map(Delivery::id).equals(Optional.of(release))
        || history().stream()
            .filter(one -> one.ending() == Ending.SUCCEEDED)
            .anyMatch(one -> one.delivery().id().equals(release));
  }

  /** Returns what was stable before a release was; who came after it need not have ended well. */
  Optional<ReleaseId> stableBefore(ReleaseId stable) {
    List<Summary> good =
        history().stream().filter(one -> one.ending() == Ending.SUCCEEDED).toList();
    return good.stream()
        .filter(one -> one.delivery().id().equals(stable))
        .flatMap(one -> before(one).stream())
        .filter(former -> !former.equals(stable))
        .findFirst()
        .or(() ->
            good.stream()
                .map(one -> one.delivery().id())
                .filter(former -> !former.equals(stable))
                .findFirst());
  }

  /** Of a rollout that was pruned nobody knows any more what was before it. */
  private Optional<ReleaseId> before(Summary rollout) {
    return journal.events(rollout.rollout()).stream()
        .map(Entry::event)
        .filter(Event.RolloutStarted.class::isInstance)
        .findFirst()
        .flatMap(event -> ((Event.RolloutStarted) event).stable())
        .map(Delivery::id);
  }

  private Set<String> done(Summary rollout) {
    List<Entry> entries = journal.events(rollout.rollout());
    return entries.isEmpty() || !(entries.getFirst().event() instanceof Event.RolloutStarted)
        ? Set.of()
        : Trace.of(entries).done(0).stream()
            .filter(InstanceStep.Run.class::isInstance)
            .map(step -> ((InstanceStep.Run) step).task().name())
            .collect(Collectors.toUnmodifiableSet());
  }
}
