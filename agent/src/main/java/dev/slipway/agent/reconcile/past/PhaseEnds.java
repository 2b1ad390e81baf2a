package dev.slipway.agent.reconcile.past;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.WaitStep;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells when a phase of a rollout of one repository is over, or waits for people, from what the
 * journal records.
 */
public final class PhaseEnds implements Consumer<Entry> {
  private final String repository;
  private final Runnable told;
  private final Map<RolloutId, Progress> rollouts = new HashMap<>();

  /**
   * Makes a listener.
   *
   * @param told is called at each end, when a gate is reached, and at each approval
   */
  public PhaseEnds(String repository, Runnable told) {
    this.repository = repository;
    this.told = told;
  }

  /** The phases of the plan that a rollout follows, and the lanes of them that arrived. */
  private record Progress(List<Phase> phases, Set<String> arrived) {
    static Progress of(Plan plan) {
      return new Progress(plan.phases(), new HashSet<>());
    }

    /** Returns whether this step was the last one of its phase. */
    boolean isLast(Position position) {
      return position.part() == Position.Part.STEPS
          && phases.stream().anyMatch(phase -> isLast(phase, position));
    }

    /** Returns whether people are asked at this step. */
    boolean isGate(Position position) {
      return position.part() == Position.Part.STEPS
          && phases.stream()
              .flatMap(phase -> phase.lanes().stream())
              .filter(lane -> lane.id().equals(position.lane()))
              .map(lane -> lane.steps().get(position.index()))
              .anyMatch(WaitStep.AwaitApproval.class::isInstance);
    }

    private boolean isLast(Phase phase, Position position) {
      boolean arrives =
          phase.lanes().stream()
              .filter(lane -> lane.id().equals(position.lane()))
              .anyMatch(lane -> position.index() == lane.moves().size() - 1);
      return arrives
          && arrived.add(position.lane())
          && phase.lanes().stream().map(Lane::id).allMatch(arrived::contains);
    }
  }

  @Override
  public synchronized void accept(Entry entry) {
    if (entry.event() instanceof Event.OfRollout event
        && event.target().repository().equals(repository)) {
      follow(event);
    }
  }

  private void follow(Event.OfRollout event) {
    switch (event) {
      case Event.RolloutStarted start -> rollouts.put(start.rollout(), Progress.of(start.plan()));
      case Event.Turned turned -> rollouts.put(turned.rollout(), Progress.of(turned.plan()));
      case Event.RolloutEnded over -> rollouts.remove(over.rollout());
      case Event.StepEnded step -> {
        Progress progress = rollouts.get(step.rollout());
        if (progress != null && progress.isLast(step.position())) {
          told.run();
        }
      }
      case Event.StepStarted(var rollout, var position) -> {
        Progress progress = rollouts.get(rollout);
        if (progress != null && progress.isGate(position)) {
          told.run();
        }
      }
      case Event.Approved _ -> told.run();
      case Event.OfRollout _ -> {}
    }
  }
}
