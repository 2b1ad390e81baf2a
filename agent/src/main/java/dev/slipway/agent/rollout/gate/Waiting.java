package dev.slipway.agent.rollout.gate;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.Position.Part;
import dev.slipway.strategies.gate.Approver;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.WaitStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A step of a rollout at which people can let it go on, and who has said so.
 *
 * @param since when it was first reached
 */
public record Waiting(
    Position position, WaitStep step, Instant since, List<Event.Approved> approved) {
  public Waiting {
    approved = List.copyOf(approved);
  }

  /** Returns who has said so, in the order in which they did. */
  public List<Approver> approvers() {
    return approved.stream().map(one -> Approver.of(one.who())).toList();
  }

  private Waiting with(Event.Approved one) {
    var all = new ArrayList<>(approved);
    all.add(one);
    return new Waiting(position, step, since, all);
  }

  /** Returns every such step that a rollout is at, by its events; none once it is to go back. */
  public static List<Waiting> of(List<Entry> entries) {
    var reading = new Reading();
    entries.forEach(reading::add);
    return List.copyOf(reading.waiting.values());
  }

  private static final class Reading {
    private final Map<Position, Waiting> waiting = new LinkedHashMap<>();
    private Optional<Plan> plan = Optional.empty();

    private void add(Entry entry) {
      switch (entry.event()) {
        case Event.RolloutStarted started -> plan = Optional.of(started.plan());
        case Event.StepStarted(_, var position) -> begun(position, entry.at());
        case Event.Approved approved ->
            waiting.computeIfPresent(approved.position(), (_, found) -> found.with(approved));
        case Event.StepEnded(_, var position, var outcome) -> ended(position, outcome);
        case Event.AbortAsked _, Event.Turned _, Event.RolloutEnded _ -> {
          waiting.clear();
          plan = Optional.empty();
        }
        case Event _ -> {}
      }
    }

    private void begun(Position position, Instant at) {
      step(position)
          .filter(step -> step instanceof WaitStep.AwaitApproval || step instanceof WaitStep.Pause)
          .map(WaitStep.class::cast)
          .ifPresent(
              step -> waiting.putIfAbsent(position, new Waiting(position, step, at, List.of())));
    }

    /** What was cut is waited for again, unless the rollout ends or turns. */
    private void ended(Position position, Outcome outcome) {
      if (!(outcome instanceof Outcome.Cut)) {
        waiting.remove(position);
      }
    }

    private Optional<Step> step(Position position) {
      return position.part() == Part.RESTORE
          ? Optional.empty()
          : plan.stream()
              .flatMap(Plan::lanes)
              .filter(lane -> lane.id().equals(position.lane()))
              .map(lane -> lane.steps().get(position.index()))
              .findFirst();
    }
  }
}
