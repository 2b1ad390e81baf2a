package dev.slipway.agent.rollout;

import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.Position.Part;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.rollout.act.Acts;
import dev.slipway.agent.rollout.act.Acts.Signals;
import dev.slipway.agent.rollout.act.Holding;
import dev.slipway.agent.rollout.act.Pace;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One lane, carried out step by step: the intent is written, then acted on, then the outcome is
 * written. If a step fails, what was begun is taken back.
 */
final class LaneRun {
  private final Lane lane;
  private final Book book;
  private final Acts acts;
  private final Ways ways;

  /** What nobody had to be asked for; nothing is done before it is written. */
  private final List<Event> unwritten = new ArrayList<>();

  LaneRun(Lane lane, Book book, Acts acts, Ways ways) {
    this.lane = lane;
    this.book = book;
    this.acts = acts;
    this.ways = ways;
  }

  /** Where a lane writes and what it wrote before a restart. */
  record Book(Journal journal, RolloutId rollout, int leg, Trace trace, Pace pace) {
    private Position at(Lane lane, Part part, int index) {
      return new Position(leg, lane.id(), part, index);
    }

    private void write(List<Event> events) {
      journal.append(events);
      pace.moved();
    }
  }

  /**
   * What may end a lane early.
   *
   * @param there signals on the way there
   * @param back signals while what was begun is taken back
   * @param turning whether no further step is begun, because the whole rollout turns
   * @param leaving whether the agent stops
   */
  record Ways(Signals there, Signals back, BooleanSupplier turning, BooleanSupplier leaving) {}

  /** How a lane ended. */
  sealed interface End {
    /** Every step is true. */
    record Done() implements End {}

    /** A step failed; what was begun was taken back, as far as that went. */
    record Failed(Outcome outcome) implements End {}

    /** It was cut, because the rollout turns or the agent stops. */
    record Cut() implements End {}
  }

  End run() {
    End end = steps();
    flush();
    return end;
  }

  private End steps() {
    List<Step> steps = lane.steps();
    for (int i = 0; i < steps.size(); i++) {
      Optional<Outcome> outcome = step(steps, Part.STEPS, i, ways.there());
      if (outcome.isEmpty() || outcome.get() instanceof Outcome.Cut) {
        return new End.Cut();
      }
      if (!outcome.get().isGood()) {
        return restore(i + 1, outcome.get());
      }
    }
    return new End.Done();
  }

  /** Taking a lane back is a way back, whatever the other lanes do. */
  private End restore(int begun, Outcome failure) {
    acts.goBack();
    try {
      return isTakenBack(lane.restore(begun)) ? new End.Failed(failure) : new End.Cut();
    } finally {
      acts.endBack();
    }
  }

  /** Returns false if the agent leaves meanwhile. */
  private boolean isTakenBack(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      Optional<Outcome> outcome = step(steps, Part.RESTORE, i, ways.back());
      if (outcome.isEmpty()) {
        return false;
      }
      if (!outcome.get().isGood()) {
        break;
      }
    }
    return true;
  }

  /** Returns what came of a step; nothing if the lane is left at this step. */
  private Optional<Outcome> step(List<Step> steps, Part part, int index, Signals signals) {
    Position position = book.at(lane, part, index);
    Optional<Outcome> before = book.trace().ended(position);
    if (before.isPresent() && !mustStartAgain(steps, part, index)) {
      return before;
    }
    if (ways.leaving().getAsBoolean() || (part == Part.STEPS && ways.turning().getAsBoolean())) {
      return Optional.empty();
    }
    return before.isEmpty() && book.trace().isBegun(position)
        ? ended(position, resumed(steps.get(index), position, signals))
        : begun(steps.get(index), position, signals);
  }

  private Optional<Outcome> begun(Step step, Position position, Signals signals) {
    var started = new Event.StepStarted(book.rollout(), position);
    Optional<Outcome> known = acts.known(step);
    if (known.isEmpty()) {
      write(started);
      return ended(position, apply(step, position, signals));
    }
    unwritten.add(started);
    unwritten.add(new Event.StepEnded(book.rollout(), position, known.get()));
    return known;
  }

  private Optional<Outcome> ended(Position position, Outcome outcome) {
    if (outcome instanceof Outcome.Cut && ways.leaving().getAsBoolean()) {
      return Optional.empty();
    }
    write(new Event.StepEnded(book.rollout(), position, outcome));
    return Optional.of(outcome);
  }

  private void write(Event event) {
    unwritten.add(event);
    flush();
  }

  private void flush() {
    if (!unwritten.isEmpty()) {
      book.write(List.copyOf(unwritten));
      unwritten.clear();
    }
  }

  /** A step that was begun and did not end is unknown: look, then pass over it or repeat it. */
  private Outcome resumed(Step step, Position position, Signals signals) {
    return switch (acts.observe(step)) {
      case Holding.Holds(var detail) -> new Outcome.Held(detail);
      case Holding.NotYet(var detail) -> again(step, position, signals, detail);
      case Holding.CannotTell(var detail) -> again(step, position, signals, detail);
    };
  }

  /** What must not be done twice is not begun a second time: a person must look. */
  private Outcome again(Step step, Position position, Signals signals, String seen) {
    return step instanceof InstanceStep.Run(var instance, _, var task) && !task.rerunnable()
        ? new Outcome.Errored(Acts.cutOff(task, instance, seen), Cause.CUT_OFF)
        : apply(step, position, signals);
  }

  private Outcome apply(Step step, Position position, Signals signals) {
    flush();
    return acts.apply(
        step,
        new Occasion(book.rollout().toString(), position.toString()),
        () -> write(new Event.TrafficWanted(book.rollout(), position)),
        signals);
  }

  /**
   * A service that was started and not yet admitted may have died with the agent or its host, which
   * says nothing about the release, so it is started again. That changes nothing if it runs. What
   * lies between that and its admission is done again with it: hooks, warm-up and smoke tests.
   */
  private boolean mustStartAgain(List<Step> steps, Part part, int index) {
    int next = index + 1;
    while (next < steps.size() && isBeforeAdmission(steps.get(next))) {
      next++;
    }
    return mayStartAgain(steps, part, index, next)
        && good(part, index)
        && !failedBefore(part, index, next);
  }

  /** Where a lane ends before the admission, a switch admits later, or no balancer is there. */
  private boolean mayStartAgain(List<Step> steps, Part part, int index, int next) {
    boolean isStart = steps.get(index) instanceof InstanceStep.Start;
    if (next == steps.size()) {
      return isStart;
    }
    return (isStart || isRepeated(steps.get(index)))
        && steps.get(next) instanceof TrafficStep.Admit
        && !book.trace().isBegun(book.at(lane, part, next));
  }

  private static boolean isBeforeAdmission(Step step) {
    return step instanceof InstanceStep.Prove || isRepeated(step);
  }

  private static boolean isRepeated(Step step) {
    return step instanceof InstanceStep.Hook
        || step instanceof WaitStep.WarmUp
        || step instanceof JudgeStep.Smoke;
  }

  private boolean good(Part part, int index) {
    return book.trace().ended(book.at(lane, part, index)).map(Outcome::isGood).orElse(false);
  }

  private boolean failedBefore(Part part, int from, int to) {
    for (int i = from; i < to; i++) {
      if (book.trace().ended(book.at(lane, part, i)).map(end -> !end.isGood()).orElse(false)) {
        return true;
      }
    }
    return false;
  }
}
