package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.rollout.LaneRun.End;
import dev.slipway.agent.rollout.act.Acts;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.rollout.act.Pace;
import dev.slipway.agent.rollout.act.Setting;
import dev.slipway.agent.rollout.gate.Ballots;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.WaitStep;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One plan of a rollout, carried out: phase after phase, the lanes of each side by side. */
final class Leg {
  private final Plan plan;
  private final LaneRun.Book book;
  private final Acts acts;
  private final Setting setting;
  private final Crew crew;
  private final LaneRun.Ways ways;
  private final BooleanSupplier wished;
  private final Map<String, Outcome> background = new ConcurrentHashMap<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Failure> failures = new ArrayList<>();
  private final Set<Instance> broken = new TreeSet<>();

  /**
   * Makes a leg.
   *
   * @param wished whether anything is wanted at the next safe point
   */
  Leg(Tools tools, Setting setting, LaneRun.Ways ways, BooleanSupplier wished, Trace trace) {
    this.plan = trace.plan(trace.leg());
    this.setting = setting;
    this.crew = tools.crew();
    this.ways = ways;
    this.wished = wished;
    var pace =
        new Pace(
            tools.waiter(), setting.limits().watch(), plan.progressDeadline(), setting::refresh);
    this.book =
        new LaneRun.Book(tools.journal(), trace.start().rollout(), trace.leg(), trace, pace);
    this.acts =
        new Acts(
            setting,
            pace,
            lane -> Optional.ofNullable(background.get(lane)),
            new Ballots(tools.journal(), trace.start().rollout(), tools.clock()));
  }

  /** What a leg works with that is no part of the deployment. */
  record Tools(Journal journal, Crew crew, Waiter waiter, InstantSource clock) {}

  /** A lane that failed, and the hosts that it was about. */
  record Failure(String lane, Set<String> hosts, Outcome outcome, boolean isBinding) {
    Failure(Lane lane, Outcome outcome) {
      this(lane.id(), hostsOf(lane), outcome, isBinding(lane));
    }

    /** Whether only a person can tell what became of it. */
    boolean isCutOff() {
      return outcome instanceof Outcome.Errored(_, var cause) && cause == Cause.CUT_OFF;
    }

    /** What follows relies on tasks and gates, so none may fail, however many hosts may. */
    private static boolean isBinding(Lane lane) {
      return lane.steps().stream()
          .anyMatch(step ->
              step instanceof InstanceStep.Run
                  || step instanceof WaitStep.AwaitWebhook
                  || step instanceof JudgeStep.Call
                  || step instanceof JudgeStep.Watch);
    }

    /** Whether it is about a host that cannot be acted on, so that others go on without it. */
    boolean isOutOfReach() {
      return outcome instanceof Outcome.Errored(_, var cause)
          && switch (cause) {
            case UNREACHABLE, IDENTITY -> true;
            case UNAVAILABLE, REFUSED, DEADLINE, INCONCLUSIVE, CUT_OFF -> false;
          };
    }
  }

  /** How a leg ended. */
  sealed interface LegEnd {
    /** Lanes that failed, with or without everything else being done. */
    List<Failure> failures();

    /** To its end; no more failed than may. */
    record Done(List<Failure> failures) implements LegEnd {}

    /** Too much failed. */
    record Failed(List<Failure> failures) implements LegEnd {}

    /** Something is wished, see {@link Wishes}; no lane is half-way unless it is urgent. */
    record Cut(List<Failure> failures) implements LegEnd {}
  }

  LegEnd run() {
    if (plan.isEmpty() && isShown()) {
      return new LegEnd.Done(List.of());
    }
    Optional<Outcome> silence = begin();
    if (silence.isPresent()) {
      return new LegEnd.Failed(
          List.of(new Failure("tell the balancers", Set.of(), silence.get(), false)));
    }
    Crew.Begun<End> others = crew.begin(plan.background().stream().map(this::behind).toList());
    LegEnd end = phases();
    over.set(true);
    others.results();
    return end;
  }

  private boolean isShown() {
    return book.trace().traffic(book.leg()).entrySet().stream()
        .allMatch(entry -> setting.post(entry.getKey()).pool().shows(entry.getValue()));
  }

  /** The balancers are told what is wanted, also after a restart of theirs or ours. */
  private Optional<Outcome> begin() {
    book.trace()
        .done(book.leg())
        .forEach(step -> {
          if (step instanceof WaitStep.AwaitIdle(var instance, _)) {
            setting.pool(instance).release(instance);
          }
        });
    return book.trace().traffic(book.leg()).entrySet().stream()
        .map(entry -> acts.begin(entry.getKey(), entry.getValue(), ways.back()))
        .filter(outcome -> !outcome.isGood())
        .findFirst();
  }

  private LegEnd phases() {
    for (Phase phase : plan.phases()) {
      if (wished.getAsBoolean()) {
        return new LegEnd.Cut(List.copyOf(failures));
      }
      List<Lane> lanes = phase.lanes().stream().filter(this::isWhole).toList();
      Map<Lane, End> ends = new Guarded(crew, ways, this::lane).ends(lanes);
      ends.forEach(this::note);
      if (failures.size() > plan.failureLimit() || failures.stream().anyMatch(Failure::isBinding)) {
        return new LegEnd.Failed(List.copyOf(failures));
      }
      if (ends.values().stream().anyMatch(End.Cut.class::isInstance)) {
        return new LegEnd.Cut(List.copyOf(failures));
      }
    }
    return new LegEnd.Done(List.copyOf(failures));
  }

  private void note(Lane lane, End end) {
    if (end instanceof End.Failed(var outcome)) {
      failures.add(new Failure(lane, outcome));
      broken.addAll(instancesOf(lane));
    }
  }

  /** What failed was left as it had been, so that no later lane may go on with it. */
  private boolean isWhole(Lane lane) {
    return Collections.disjoint(broken, instancesOf(lane));
  }

  private End lane(Lane lane, LaneRun.Ways ending) {
    return new LaneRun(lane, book, acts, ending).run();
  }

  private Supplier<End> behind(Lane lane) {
    var quiet =
        new LaneRun.Ways(
            ways.there(),
            ways.back(),
            () -> over.get() || ways.turning().getAsBoolean(),
            ways.leaving());
    return () -> {
      try {
        End end = new LaneRun(lane, book, acts, quiet).run();
        background.put(lane.id(), joined(end));
        return end;
      } finally {
        // Whoever waits for a lane that broke must not wait for ever.
        background.putIfAbsent(lane.id(), new Outcome.Errored("it broke", Cause.REFUSED));
      }
    };
  }

  private static Outcome joined(End end) {
    return switch (end) {
      case End.Done _ -> new Outcome.Done("", 0);
      case End.Failed(var outcome) -> outcome;
      case End.Cut _ -> new Outcome.Cut("the rollout turns");
    };
  }

  private static Set<String> hostsOf(Lane lane) {
    return instancesOf(lane).stream()
        .map(Instance::host)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Instance> instancesOf(Lane lane) {
    return lane.steps().stream()
        .flatMap(
            step -> step instanceof InstanceStep of ? Stream.of(of.instance()) : Stream.empty())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
