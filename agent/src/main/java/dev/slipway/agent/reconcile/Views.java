package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.InstanceStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What people see, derived from the journal and from what was observed. */
final class Views {
  private final Journal journal;

  Views(Journal journal) {
    this.journal = journal;
  }

  /** Returns the rollouts that ended, the newest first. */
  List<RolloutStatus> history(Target target, int limit) {
    return journal.history(target, limit).stream().map(this::ended).toList();
  }

  /** Returns the rollout that is under way, or the last one. */
  Optional<RolloutStatus> latest(Target target) {
    Optional<RolloutStatus> open =
        journal.open().stream()
            .filter(rollout -> rollout.target().equals(target))
            .findFirst()
            .flatMap(this::underWay);
    return open.or(() -> history(target, 1).stream().findFirst());
  }

  static String text(Ending ending) {
    return ending.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Adds how it ended to what is still known of how it went; old ones keep their summary only. */
  RolloutStatus ended(Summary summary) {
    Optional<RolloutStatus> went = underWay(summary.rollout());
    return new RolloutStatus(
        summary.rollout().toString(),
        went.map(RolloutStatus::strategy).orElse(""),
        summary.delivery().revision(),
        went.flatMap(RolloutStatus::from),
        summary.delivery().id().toString(),
        summary.started(),
        Optional.of(summary.ended()),
        Optional.of(text(summary.ending())),
        summary.reason().isBlank() ? summary.cause() : summary.reason(),
        summary.incomplete(),
        went.map(RolloutStatus::stepsDone).orElse(0),
        went.map(RolloutStatus::stepsTotal).orElse(0),
        summary.bytesSent(),
        log(summary.rollout()),
        Optional.of(summary.cause()));
  }

  private String log(RolloutId rollout) {
    return journal.events(rollout).stream()
        .map(Entry::event)
        .filter(Event.RolloutEnded.class::isInstance)
        .map(event -> ((Event.RolloutEnded) event).log())
        .findFirst()
        .orElse("");
  }

  private Optional<RolloutStatus> underWay(RolloutId rollout) {
    var tally = new Tally();
    journal.events(rollout).forEach(tally::add);
    return tally.status(rollout);
  }

  /** Returns what was observed of each instance. */
  static List<InstanceStatus> instances(Observation.Seen seen) {
    var found = new ArrayList<InstanceStatus>();
    for (Observation.OfRole of : seen.roles()) {
      of.situation()
          .states()
          .forEach((instance, state) -> found.add(instance(of, instance, state)));
    }
    return found;
  }

  /** Says what of an application is left where, for whoever lets go of it. */
  static String left(ApplicationStatus status) {
    String running =
        status.instances().stream()
            .filter(one -> !one.release().isEmpty())
            .map(one ->
                "  %s/%s  %s  %s  %s"
                    .formatted(one.host(), one.slot(), one.release(), one.health(), one.traffic())
                    .stripTrailing())
            .collect(Collectors.joining("\n"));
    return running.isEmpty()
        ? "what of it still runs was not seen; nothing was stopped"
        : "this is left alone, and still as it was seen last; stop it by hand:\n" + running;
  }

  private static InstanceStatus instance(
      Observation.OfRole seen, Instance instance, InstanceState state) {
    Optional<Observed> balancer =
        seen.balancers().values().stream()
            .filter(observed -> observed.members().containsKey(instance))
            .findFirst();
    Optional<Observed.Seen> member =
        balancer.flatMap(observed -> Optional.ofNullable(observed.members().get(instance)));
    return new InstanceStatus(
        instance.host(),
        hasSeveral(seen) ? Optional.of(instance.role()) : Optional.empty(),
        instance.slot(),
        release(state.occupant()),
        state.condition().name().toLowerCase(Locale.ROOT),
        member.map(one -> one.state().name().toLowerCase(Locale.ROOT)).orElse(""),
        balancer.map(observed -> observed.percent(instance)).orElse(-1));
  }

  private static boolean hasSeveral(Observation.OfRole seen) {
    return seen.situation().fleet().application().roles().size() > 1;
  }

  private static String release(Occupant occupant) {
    return switch (occupant) {
      case Occupant.Known(var release) -> release.toString();
      case Occupant.Foreign(var target) -> "foreign: " + target;
      case Occupant.None() -> "";
    };
  }

  /** Counts the events of a rollout that is under way. */
  private static final class Tally {
    private Optional<Event.RolloutStarted> started = Optional.empty();
    private Optional<Entry> first = Optional.empty();
    private int leg;
    private int total;
    private int done;
    private long bytes;
    private String now = "";

    void add(Entry entry) {
      switch (entry.event()) {
        case Event.RolloutStarted event -> {
          started = Optional.of(event);
          first = Optional.of(entry);
          begin(event.plan(), 0);
          now = event.cause();
        }
        case Event.Turned event -> {
          begin(event.plan(), event.leg());
          now = "going back: " + event.reason();
        }
        case Event.StepEnded event -> count(event);
        case Event.StepStarted event -> now = step(event.position());
        case Event.Approved event -> now = "%s, and %s approved".formatted(now, event.who());
        case Event.AbortAsked event -> now = "abort asked by " + event.who();
        case Event _ -> {}
      }
    }

    private Optional<Plan> plan = Optional.empty();

    private Naming naming() {
      return plan.map(Plan::naming).orElse(Naming.BY_HOST);
    }

    /** A way back without a step leaves nothing to count but what was done on the way out. */
    private void begin(Plan next, int number) {
      int steps = next.lanes().mapToInt(lane -> lane.moves().size()).sum();
      if (number > 0 && steps == 0) {
        return;
      }
      plan = Optional.of(next);
      leg = number;
      done = 0;
      total = steps;
    }

    private void count(Event.StepEnded event) {
      if (event.outcome() instanceof Outcome.Done(var _, var sent)) {
        bytes += sent;
      }
      boolean counts =
          event.position().leg() == leg && event.position().part() == Position.Part.STEPS;
      if (counts && event.outcome().isGood()) {
        done++;
      }
    }

    private String step(Position position) {
      return plan.stream()
          .flatMap(Plan::lanes)
          .filter(lane -> lane.id().equals(position.lane()))
          .findFirst()
          .map(lane -> step(lane, position))
          .orElse(now);
    }

    private String step(Lane lane, Position position) {
      return switch (position.part()) {
        case STEPS -> step(lane, lane.steps().get(position.index()));
        case RESTORE -> "restoring " + lane.id();
      };
    }

    /** What only lets time pass says nothing of where; its lane does. */
    private String step(Lane lane, Step step) {
      String text = step.render(naming());
      return step instanceof WaitStep.Pause
              || step instanceof JudgeStep.Analysis
              || step instanceof JudgeStep.Contested
              || step instanceof JudgeStep.Former
          ? "%s: %s".formatted(lane.id(), text)
          : text;
    }

    Optional<RolloutStatus> status(RolloutId rollout) {
      return started.map(event ->
          new RolloutStatus(
              rollout.toString(),
              event.deployment().strategy().name(),
              event.delivery().revision(),
              event.stable().map(stable -> stable.id().toString()),
              event.delivery().id().toString(),
              first.orElseThrow().at(),
              Optional.empty(),
              Optional.empty(),
              now,
              List.of(),
              done,
              total,
              bytes,
              "",
              Optional.of(event.cause())));
    }
  }
}
