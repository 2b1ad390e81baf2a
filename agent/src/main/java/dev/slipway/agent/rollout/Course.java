package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.Why;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.Leg.Failure;
import dev.slipway.agent.rollout.Leg.LegEnd;
import dev.slipway.agent.rollout.Observer.Goal;
import dev.slipway.agent.rollout.Observer.Question;
import dev.slipway.agent.rollout.act.Deliveries;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.act.Pool;
import dev.slipway.agent.rollout.act.Setting;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.Roles;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One rollout from its start, or from where a crash left it, to its end. */
final class Course {
  private static final int WAYS_BACK = 2;

  private final Workshop shop;
  private final RolloutId rollout;
  private final Wishes wishes;
  private final Deployment deployment;
  private final Delivery delivery;
  private final Optional<Delivery> stable;
  private final Ground ground;
  private final Deliveries deliveries;
  private final Map<String, Pool> pools;
  private Optional<Observation.Seen> justSeen;

  Course(
      Workshop shop,
      Event.RolloutStarted start,
      Wishes wishes,
      Ground ground,
      Optional<Observation.Seen> justSeen) {
    // Balancers that were passed over have to be found dead once more, by the pools of this course.
    this.justSeen = justSeen.filter(seen -> seen.dead().isEmpty());
    this.shop = shop;
    this.rollout = start.rollout();
    this.wishes = wishes;
    this.deployment = start.deployment();
    this.delivery = start.delivery();
    this.stable = start.stable();
    this.ground = ground;
    this.deliveries = shop.deliveries(deployment, start.delivery());
    this.pools = shop.pools(deployment, ground);
    if (shop.isWayBack(rollout.target(), delivery.id())) {
      goBack();
    }
  }

  private void goBack() {
    pools.values().forEach(Pool::goBack);
  }

  /** How a course ended. */
  sealed interface CourseEnd {
    /** With this result. */
    record Over(Result result) implements CourseEnd {}

    /** A newer release took over; its rollout has started and is not carried out yet. */
    record TakenOver(RolloutId successor, Optional<Observation.Seen> seen) implements CourseEnd {}
  }

  CourseEnd run() {
    Optional<CourseEnd> end = Optional.empty();
    while (end.isEmpty()) {
      var trace = Trace.of(shop.journal().events(rollout));
      LegEnd leg = leg(trace).run();
      if (wishes.isLeaving() && !(leg instanceof LegEnd.Done)) {
        return new CourseEnd.Over(new Result.Left(rollout));
      }
      end = trace.leg() == 0 ? forward(trace, leg) : back(trace, leg);
    }
    return end.get();
  }

  private Leg leg(Trace trace) {
    boolean isForward = trace.leg() == 0;
    if (!isForward) {
      goBack();
    }
    var ways =
        new LaneRun.Ways(
            isForward ? wishes.forward() : wishes.back(),
            wishes.back(),
            () -> isForward && wishes.abort().isPresent(),
            wishes::isLeaving);
    var setting =
        new Setting(
            deployment.fleet(),
            Outset.posts(outset(), trace.plan(trace.leg()), deployment.fleet(), pools),
            ground,
            deliveries,
            shop.artifacts(),
            shop.prober(),
            shop.crew(),
            shop.processes(rollout.target()),
            shop.limits());
    return new Leg(
        new Leg.Tools(shop.journal(), shop.crew(), shop.waiter(), shop.clock()),
        setting,
        ways,
        () -> wishes.isLeaving() || (isForward && isWished()),
        trace);
  }

  /** What a plan was made from just now is not looked at again. */
  private Observation outset() {
    if (justSeen.isEmpty()) {
      return look(
          new Goal(delivery.id(), stable.map(Delivery::id), Direction.FORWARD, Optional.empty()));
    }
    Observation.Seen seen = justSeen.get();
    justSeen = Optional.empty();
    Outset.tell(pools, seen);
    return seen;
  }

  private boolean isWished() {
    return wishes.abort().isPresent() || wishes.takeover().isPresent();
  }

  private Observation look(Goal goal) {
    return shop.observer().observe(new Question(deployment, ground, deliveries, goal, pools));
  }

  private Optional<CourseEnd> forward(Trace trace, LegEnd end) {
    if (wishes.abort().isPresent()) {
      return turn(trace, Why.ABORTED, wishes.abort().get(), "");
    }
    Optional<CourseEnd> takenOver = takeOver(trace, end);
    if (takenOver.isPresent()) {
      return takenOver;
    }
    return switch (end) {
      case LegEnd.Done(var failures) ->
          wishes.close()
              ? Optional.of(succeed(trace, failures))
              : turn(trace, Why.ABORTED, wishes.abort().orElseThrow(), "");
      case LegEnd.Failed(var failures) when failures.stream().anyMatch(Failure::isCutOff) ->
          wishes.close()
              ? Optional.of(end(Ending.NEEDS_HELP, reasons(failures), List.of(), ""))
              : turn(trace, Why.ABORTED, wishes.abort().orElseThrow(), "");
      case LegEnd.Failed(var failures) ->
          turn(trace, why(failures), reasons(failures), log(failures));
      case LegEnd.Cut _ -> Optional.empty();
    };
  }

  private CourseEnd succeed(Trace trace, List<Failure> failures) {
    CourseEnd end = end(Ending.SUCCEEDED, reasons(failures), incomplete(trace, failures), "");
    tidy();
    return end;
  }

  /** Removes what nobody needs any more; what cannot be removed now is removed another time. */
  private void tidy() {
    var needed = new HashSet<String>();
    needed.add(delivery.release().directory());
    stable.ifPresent(before -> needed.add(before.release().directory()));
    int keep = deployment.fleet().application().keepReleases();
    shop.crew()
        .all(
            deployment.fleet().oneOfEachHost().stream()
                .map(one ->
                    (Supplier<Object>) () -> ground.site(one).prune(Set.copyOf(needed), keep))
                .toList());
  }

  private Optional<CourseEnd> takeOver(Trace trace, LegEnd end) {
    Optional<Wishes.Takeover> wish = wishes.takeover();
    if (wish.isEmpty() || end instanceof LegEnd.Done || trace.leg() > 0) {
      return Optional.empty();
    }
    Wishes.Takeover newer = wish.get();
    var events = new ArrayList<Event>();
    if (end instanceof LegEnd.Failed(var failures)) {
      quarantine(why(failures), reasons(failures)).ifPresent(events::add);
    }
    Optional<Workshop.Successor> next = shop.successor(newer, rollout);
    if (next.isEmpty()) {
      wishes.drop(newer);
      return Optional.empty();
    }
    if (!wishes.close()) {
      return turn(trace, Why.ABORTED, wishes.abort().orElseThrow(), "");
    }
    events.add(
        new Event.RolloutEnded(
            rollout, Ending.SUPERSEDED, "by " + newer.delivery().id(), List.of(), ""));
    events.addAll(next.get().events());
    shop.journal().append(events);
    return Optional.of(next.get().end());
  }

  private Optional<CourseEnd> turn(Trace trace, Why why, String reason, String log) {
    goBack();
    var forward = trace.plan(0);
    if (stable.isEmpty()) {
      var done = Trace.of(shop.journal().events(rollout));
      return begin(trace, why, reason, log, new Undoing(done).plan(wanted()));
    }
    var goal =
        new Goal(stable.get().id(), stable.map(Delivery::id), Direction.BACK, Optional.empty());
    return switch (patientLook(goal, forward.progressDeadline())) {
      case Observation.Seen seen ->
          switch (Roles.plan(
              deployment.strategy(),
              seen.situations(),
              List.of(),
              shop.deliveries(deployment, delivery)::hooksOf)) {
            case Planning.Ready(var plan) when !plan.isEmpty() && crossed().isPresent() ->
                stranded(why, reason, log, List.of(crossed().get()));
            case Planning.Ready(var plan) -> {
              justSeen = Optional.of(seen);
              yield begin(trace, why, reason, log, plan);
            }
            case Planning.Refused(var reasons) -> stranded(why, reason, log, reasons);
          };
      case Observation.Blind(var reasons) -> stranded(why, reason, log, reasons);
    };
  }

  /** Returns what the way back would cross that former releases may not survive. */
  private Optional<String> crossed() {
    return Trace.of(shop.journal().events(rollout))
        .irreversible()
        .map(task ->
            ("task '%s' of %s has run and is irreversible; push a release that mends it, or a"
                    + " revert with the trailer '%s: <reason>'")
                .formatted(task.name(), delivery.id(), "Slipway-Override"));
  }

  private Map<String, Traffic> wanted() {
    var wanted = new HashMap<String, Traffic>();
    pools.forEach((role, pool) -> pool.wanted().ifPresent(traffic -> wanted.put(role, traffic)));
    return wanted;
  }

  private Observation patientLook(Goal goal, Duration patience) {
    Waiter waiter = shop.waiter();
    Duration start = waiter.uptime();
    Duration wait = shop.limits().firstBackOff();
    Observation observation = look(goal);
    while (observation instanceof Observation.Blind
        && waiter.uptime().minus(start).compareTo(patience) < 0
        && waiter.await(wait, wishes.back().waits()) == Waiter.End.ELAPSED) {
      wait = wait.multipliedBy(2);
      observation = look(goal);
    }
    return observation;
  }

  private Optional<CourseEnd> begin(Trace trace, Why why, String reason, String log, Plan plan) {
    var events = new ArrayList<Event>();
    if (trace.leg() == 0) {
      quarantine(why, reason).ifPresent(events::add);
    }
    events.add(new Event.Turned(rollout, trace.leg() + 1, why, reason, log, plan));
    shop.journal().append(events);
    return Optional.empty();
  }

  /** There is no way back to be had: traffic stays where it is, and people must look. */
  private Optional<CourseEnd> stranded(Why why, String reason, String log, List<String> more) {
    if (wishes.isLeaving()) {
      return Optional.of(new CourseEnd.Over(new Result.Left(rollout)));
    }
    quarantine(why, reason).ifPresent(shop.journal()::append);
    return Optional.of(
        end(
            Ending.NEEDS_HELP,
            "%s; and there is no way back: %s".formatted(reason, String.join("; ", more)),
            List.of(),
            log));
  }

  /** What was stable stays trusted, whatever it did on one host today. */
  private Optional<Event> quarantine(Why why, String reason) {
    boolean isTrusted = stable.map(Delivery::id).equals(Optional.of(delivery.id()));
    return switch (why) {
      case BAD, ABORTED ->
          isTrusted
              ? Optional.empty()
              : Optional.of(new Event.Quarantined(rollout.target(), delivery.id(), reason));
      case ERRORED -> Optional.empty();
    };
  }

  private Optional<CourseEnd> back(Trace trace, LegEnd end) {
    Event.Turned turned = trace.lastTurn().orElseThrow();
    List<Failure> hard =
        end.failures().stream().filter(failure -> !failure.isOutOfReach()).toList();
    Ending ending = turned.why() == Why.ABORTED ? Ending.ABORTED : Ending.ROLLED_BACK;
    List<String> incomplete = incomplete(trace, end.failures());
    if (end instanceof LegEnd.Done && hard.isEmpty()) {
      return Optional.of(end(ending, turned.reason(), incomplete, turned.log()));
    }
    if (trace.leg() < WAYS_BACK) {
      return turn(trace, turned.why(), turned.reason(), turned.log());
    }
    return Optional.of(
        end(
            Ending.NEEDS_HELP,
            "%s; and the way back failed: %s".formatted(turned.reason(), reasons(end.failures())),
            incomplete,
            turned.log()));
  }

  private CourseEnd end(Ending ending, String reason, List<String> incomplete, String log) {
    wishes.refuseMore();
    String all = withPassedOver(reason);
    shop.journal().append(new Event.RolloutEnded(rollout, ending, all, incomplete, log));
    return new CourseEnd.Over(new Result.Ended(rollout, ending, all, incomplete, log));
  }

  private String withPassedOver(String reason) {
    var passedOver = Trace.of(shop.journal().events(rollout)).passedOver();
    return Stream.concat(Stream.of(reason), passedOver.stream())
        .filter(Predicate.not(String::isEmpty))
        .collect(Collectors.joining("; "));
  }

  private static List<String> incomplete(Trace trace, List<Failure> failures) {
    var hosts = new TreeSet<>(trace.plan(trace.leg()).skipped());
    failures.forEach(failure -> hosts.addAll(failure.hosts()));
    return List.copyOf(hosts);
  }

  private static Why why(List<Failure> failures) {
    return failures.stream().anyMatch(failure -> failure.outcome() instanceof Outcome.Bad)
        ? Why.BAD
        : Why.ERRORED;
  }

  private static String reasons(List<Failure> failures) {
    return String.join(
        "; ",
        failures.stream()
            .map(failure -> failure.lane() + ": " + failure.outcome().detail())
            .toList());
  }

  private static String log(List<Failure> failures) {
    return failures.stream()
        .flatMap(failure ->
            failure.outcome() instanceof Outcome.Bad(_, var log) && !log.isBlank()
                ? java.util.stream.Stream.of(log)
                : java.util.stream.Stream.empty())
        .findFirst()
        .orElse("");
  }
}
