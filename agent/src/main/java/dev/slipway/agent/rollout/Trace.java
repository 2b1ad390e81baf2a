package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.Position.Part;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How far a rollout came, by the journal: what was begun, what ended, what was wanted. */
final class Trace {
  private final Event.RolloutStarted start;
  private final List<Event.Turned> turns = new ArrayList<>();
  private final Set<Position> begun = new HashSet<>();
  private final Map<Position, Outcome> ended = new HashMap<>();
  private final List<Position> wanted = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();
  private Optional<Event.AbortAsked> abort = Optional.empty();

  private Trace(Event.RolloutStarted start) {
    this.start = start;
  }

  static Trace of(List<Entry> entries) {
    if (entries.isEmpty()
        || !(entries.getFirst().event() instanceof Event.RolloutStarted started)) {
      throw new IllegalStateException("a rollout's events begin with its start");
    }
    var trace = new Trace(started);
    entries.forEach(entry -> trace.add((Event.OfRollout) entry.event()));
    return trace;
  }

  private void add(Event.OfRollout event) {
    switch (event) {
      case Event.StepStarted(_, var position) -> begun.add(position);
      case Event.StepEnded(_, var position, var outcome) -> ended(position, outcome);
      case Event.TrafficWanted(_, var position) -> wanted.add(position);
      case Event.Turned turned -> turns.add(turned);
      case Event.AbortAsked asked -> abort = Optional.of(asked);
      case Event.RolloutStarted _,
          Event.RolloutEnded _,
          Event.Approved _,
          Event.FormerMeasured _,
          Event.NoticeTried _,
          Event.NoticeAnswered _,
          Event.RolloutSummarised _ -> {}
    }
  }

  private void ended(Position position, Outcome outcome) {
    ended.put(position, outcome);
    if (outcome instanceof Outcome.PassedOver(var detail)) {
      passedOver.add("passed over on %s: %s".formatted(position.lane(), detail));
    }
  }

  /** Returns what failed and held up nothing, for people. */
  List<String> passedOver() {
    return List.copyOf(passedOver);
  }

  Event.RolloutStarted start() {
    return start;
  }

  /** Returns the number of the plan that is being carried out. */
  int leg() {
    return turns.size();
  }

  Optional<Event.Turned> lastTurn() {
    return turns.isEmpty() ? Optional.empty() : Optional.of(turns.getLast());
  }

  Optional<Event.AbortAsked> abort() {
    return abort;
  }

  Plan plan(int leg) {
    return leg == 0 ? start.plan() : turns.get(leg - 1).plan();
  }

  boolean isBegun(Position position) {
    return begun.contains(position);
  }

  /** Returns what came of a step; a wait that was cut counts as not ended. */
  Optional<Outcome> ended(Position position) {
    return Optional.ofNullable(ended.get(position))
        .filter(outcome -> !(outcome instanceof Outcome.Cut));
  }

  /** Returns how many steps of a lane were begun. */
  int begun(int leg, Lane lane) {
    int count = 0;
    while (count < lane.moves().size()
        && isBegun(new Position(leg, lane.id(), Part.STEPS, count))) {
      count++;
    }
    return count;
  }

  /** Returns a task that was begun and that former releases may not survive. */
  Optional<Task> irreversible() {
    return plan(0)
        .lanes()
        .flatMap(lane -> lane.steps().subList(0, begun(0, lane)).stream())
        .filter(InstanceStep.Run.class::isInstance)
        .map(step -> ((InstanceStep.Run) step).task())
        .filter(Task::irreversible)
        .findFirst();
  }

  /** Returns the first traffic of each role with every step applied that was wanted since. */
  Map<String, Traffic> traffic(int leg) {
    Plan plan = plan(leg);
    var lanes = new HashMap<String, Lane>();
    plan.lanes().forEach(lane -> lanes.put(lane.id(), lane));
    var traffic = new LinkedHashMap<String, Traffic>();
    plan.roles()
        .forEach(
            (role, serving) -> serving.initial().ifPresent(initial -> traffic.put(role, initial)));
    for (Position position : wanted) {
      Lane lane = lanes.get(position.lane());
      if (position.leg() == leg
          && lane != null
          && step(lane, position) instanceof TrafficStep change) {
        traffic.computeIfPresent(change.role(), (_, before) -> change.applyTo(before));
      }
    }
    return traffic;
  }

  /** Returns every step of a plan that ended well, in no order. */
  List<Step> done(int leg) {
    var lanes = new HashMap<String, Lane>();
    plan(leg).lanes().forEach(lane -> lanes.put(lane.id(), lane));
    var steps = new ArrayList<Step>();
    ended.forEach((position, outcome) -> {
      Lane lane = lanes.get(position.lane());
      if (position.leg() == leg && outcome.isGood() && lane != null) {
        steps.add(step(lane, position));
      }
    });
    return steps;
  }

  private Step step(Lane lane, Position position) {
    return switch (position.part()) {
      case STEPS -> lane.steps().get(position.index());
      case RESTORE -> lane.restore(begun(position.leg(), lane)).get(position.index());
    };
  }
}
