package dev.slipway.agent.rollout;

import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.probe.Prober;
import dev.slipway.agent.rollout.Course.CourseEnd;
import dev.slipway.agent.rollout.Observer.Goal;
import dev.slipway.agent.rollout.Observer.Question;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.rollout.act.Deliveries;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.act.Grounds;
import dev.slipway.agent.rollout.act.Limits;
import dev.slipway.agent.rollout.act.Pool;
import dev.slipway.agent.rollout.judge.Analyst;
import dev.slipway.agent.rollout.judge.Referee;
import dev.slipway.agent.rollout.judge.Sources;
import dev.slipway.agent.rollout.sight.Processes;
import dev.slipway.agent.rollout.sight.Shown;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Roles;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Everything that rollouts are made with, and how one is planned.
 *
 * @param processes by application
 */
record Workshop(
    Journal journal,
    Grounds grounds,
    ArtifactStore artifacts,
    Prober prober,
    Waiter waiter,
    InstantSource clock,
    Crew crew,
    Limits limits,
    Map<Target, Processes> processes) {

  Workshop(
      Journal journal,
      Grounds grounds,
      ArtifactStore artifacts,
      Prober prober,
      Waiter waiter,
      InstantSource clock,
      Crew crew,
      Limits limits) {
    this(
        journal,
        grounds,
        artifacts,
        prober,
        waiter,
        clock,
        crew,
        limits,
        new ConcurrentHashMap<>());
  }

  /** What came of planning a rollout. */
  sealed interface Planned {
    /** It can start. */
    record Ready(Plan plan, Observation.Seen seen) implements Planned {}

    /** Only hosts that cannot be reached lack something: the plan does nothing but name them. */
    record Lacking(Plan plan, Observation.Seen seen) implements Planned {}

    /** It cannot, and this is to be answered. */
    record Not(Result result) implements Planned {}
  }

  /** The rollout that takes over from another: what is to be written, and how that one ends. */
  record Successor(List<Event> events, CourseEnd end) {}

  Observer observer() {
    return new Observer(prober, crew, waiter, limits, this::processes);
  }

  /** Returns a pool for each role, which nobody has told anything yet. */
  Map<String, Pool> pools(Deployment deployment, Ground ground) {
    var pools = new HashMap<String, Pool>();
    for (Role role : deployment.fleet().application().roles()) {
      pools.put(
          role.name(),
          new Pool(ground.balancers(role), crew, journal.epoch(), waiter, limits.watch()));
    }
    return pools;
  }

  /** Returns what is known of the processes of an application, for as long as the agent runs. */
  Processes processes(Target target) {
    return processes.computeIfAbsent(target, _ -> new Processes());
  }

  Deliveries deliveries(Deployment deployment, Delivery wanted) {
    Target target = deployment.target();
    return new Deliveries(
        deployment.fleet().application(),
        wanted,
        id ->
            journal
                .stable(target)
                .filter(stable -> stable.id().equals(id))
                .or(() -> journal.delivery(target, id)));
  }

  /** Returns whether a person asked to be back at this release. */
  boolean isWayBack(Target target, ReleaseId release) {
    return journal.pin(target).filter(pin -> pin.release().equals(release)).isPresent();
  }

  Observation observe(Deployment deployment, Delivery wanted) {
    return observe(deployment, wanted, false);
  }

  private Observation observe(Deployment deployment, Delivery wanted, boolean isWayBack) {
    try (Ground ground = grounds.open(deployment, journal.epoch())) {
      Map<String, Pool> pools = pools(deployment, ground);
      if (isWayBack) {
        pools.values().forEach(Pool::goBack);
      }
      Optional<ReleaseId> stable = journal.stable(deployment.target()).map(Delivery::id);
      return observer()
          .observe(
              new Question(
                  deployment,
                  ground,
                  deliveries(deployment, wanted),
                  new Goal(wanted.id(), stable, Direction.FORWARD, kept(deployment, stable)),
                  pools));
    }
  }

  /** What blue-green leaves running is what was stable before; no host has to remember it. */
  private Optional<ReleaseId> kept(Deployment deployment, Optional<ReleaseId> stable) {
    Strategy strategy =
        deployment.strategy() instanceof Strategy.Attended(var own, _)
            ? own
            : deployment.strategy();
    return strategy instanceof BlueGreen blueGreen && blueGreen.keep()
        ? stable.flatMap(new DueTasks(journal, deployment.target())::stableBefore)
        : Optional.empty();
  }

  Map<String, String> generations(Deployment deployment) {
    try (Ground ground = grounds.open(deployment, journal.epoch())) {
      var generations = new HashMap<String, String>();
      for (Pool pool : pools(deployment, ground).values()) {
        pool.look();
        generations.putAll(pool.generations());
      }
      return generations;
    }
  }

  Planned plan(Deployment deployment, Delivery wanted) {
    boolean isWayBack = isWayBack(deployment.target(), wanted.id());
    return switch (observe(deployment, wanted, isWayBack)) {
      case Observation.Blind(var reasons) -> new Planned.Not(new Result.NotNow(reasons));
      case Observation.Seen seen ->
          switch (plan(deployment, wanted, seen)) {
            case Planning.Refused(var reasons) -> new Planned.Not(new Result.Refused(reasons));
            case Planning.Ready(var plan) when plan.isEmpty() && isAgreed(plan, seen) ->
                plan.skipped().isEmpty()
                    ? new Planned.Not(new Result.NothingToDo())
                    : new Planned.Lacking(plan, seen);
            case Planning.Ready(var plan) -> {
              List<String> reasons = unmeasurable(plan, deployment);
              yield reasons.isEmpty()
                  ? checked(plan, deliveries(deployment, wanted), seen)
                  : new Planned.Not(new Result.Refused(reasons));
            }
          };
    };
  }

  /**
   * Returns the plan of the way there from what was seen. Nobody is asked about what was stable
   * before: a way back has no gates, also if a commit asks for it.
   */
  Planning plan(Deployment deployment, Delivery wanted, Observation.Seen seen) {
    var due = new DueTasks(journal, deployment.target());
    boolean isKnown = due.wasStable(wanted.id()) || isWayBack(deployment.target(), wanted.id());
    return Roles.plan(
        isKnown ? deployment.strategy().unattended() : deployment.strategy(),
        seen.situations(),
        due.of(wanted),
        deliveries(deployment, wanted)::hooksOf);
  }

  /**
   * Returns whether the journal says already that these hosts have still to catch up. A rollout for
   * each look at a dead host would fill the history.
   */
  boolean isKnown(List<String> missing, Delivery wanted, Target target) {
    return journal.history(target, 1).stream()
        .filter(last -> last.ending() == Ending.SUCCEEDED)
        .filter(last -> last.delivery().id().equals(wanted.id()))
        .anyMatch(last -> Set.copyOf(last.incomplete()).equals(Set.copyOf(missing)));
  }

  /** Two balancers of which one was told by an agent that died then are no state to leave. */
  private static boolean isAgreed(Plan plan, Observation.Seen seen) {
    return seen.roles().stream()
        .allMatch(of ->
            Optional.ofNullable(plan.roles().get(of.situation().role().name()))
                .flatMap(Plan.Serving::initial)
                .map(traffic -> Shown.isAgreed(of.balancers(), traffic))
                .orElse(true));
  }

  /** A verdict that can never be reached is found before anything is touched, too. */
  private List<String> unmeasurable(Plan plan, Deployment deployment) {
    List<Step> judging =
        plan.lanes().flatMap(lane -> lane.steps().stream()).filter(Workshop::isMeasured).toList();
    if (judging.isEmpty()) {
      return List.of();
    }
    try (Ground ground = grounds.open(deployment, journal.epoch())) {
      Sources sources = ground.metrics();
      return judging.stream()
          .flatMap(step -> objections(step, sources).stream())
          .distinct()
          .toList();
    }
  }

  private static boolean isMeasured(Step step) {
    return step instanceof JudgeStep.Analysis || step instanceof JudgeStep.Contested;
  }

  private static List<String> objections(Step step, Sources sources) {
    return switch (step) {
      case JudgeStep.Analysis analysis -> new Analyst(sources).objections(analysis);
      case JudgeStep.Contested contested -> new Referee(sources).objections(contested);
      case Step _ -> List.of();
    };
  }

  /** Everything that a plan names is known before anything is touched. */
  private static Planned checked(Plan plan, Deliveries deliveries, Observation.Seen seen) {
    List<Step> steps = plan.lanes().flatMap(lane -> lane.steps().stream()).toList();
    Stream<String> releases =
        steps.stream()
            .flatMap(Workshop::release)
            .filter(id -> deliveries.find(id).isEmpty())
            .map(id -> "the plan needs release %s, and nothing is known of it".formatted(id));
    Stream<String> servers = steps.stream().flatMap(step -> missing(step, seen));
    List<String> unknown = Stream.concat(releases, servers).distinct().toList();
    return unknown.isEmpty()
        ? new Planned.Ready(plan, seen)
        : new Planned.Not(new Result.Refused(unknown));
  }

  private static Stream<ReleaseId> release(Step step) {
    return step instanceof InstanceStep.Stage(_, var staged)
        ? Stream.of(staged)
        : step instanceof InstanceStep.Run(_, var run, _)
            ? Stream.of(run)
            : step instanceof InstanceStep.Activate(_, var active)
                ? Stream.of(active)
                : Stream.empty();
  }

  private static Stream<String> missing(Step step, Observation.Seen seen) {
    return switch (step) {
      case TrafficStep.Admit(var instance) -> missing(instance, seen);
      case TrafficStep.Switch(_, var to, _, _) ->
          to.stream().flatMap(instance -> missing(instance, seen));
      case TrafficStep.Shift(_, var candidates, _, _) ->
          candidates.stream().flatMap(instance -> missing(instance, seen));
      case Step _ -> Stream.empty();
    };
  }

  private static Stream<String> missing(Instance instance, Observation.Seen seen) {
    return seen.roles().stream()
        .filter(of -> of.situation().role().name().equals(instance.role()))
        .flatMap(of -> of.balancers().entrySet().stream())
        .filter(balancer -> !balancer.getValue().members().containsKey(instance))
        .map(balancer ->
            "balancer %s has no server for %s; add it to its configuration"
                .formatted(balancer.getKey(), instance));
  }

  Event.RolloutStarted start(
      Deployment deployment,
      Delivery wanted,
      String cause,
      Plan plan,
      Optional<RolloutId> supersedes) {
    return new Event.RolloutStarted(
        journal.next(deployment.target()),
        deployment,
        wanted,
        journal.stable(deployment.target()),
        plan,
        cause,
        supersedes);
  }

  /** What is everywhere already is stable, although no rollout of ours brought it. */
  Optional<Event> adopted(Deployment deployment, Delivery wanted) {
    return journal.stable(deployment.target()).map(Delivery::id).equals(Optional.of(wanted.id()))
        ? Optional.empty()
        : Optional.of(
            new Event.StableDeclared(
                deployment.target(), wanted, "it was healthy everywhere already"));
  }

  /** Returns what a newer release needs to take over; nothing if it cannot now. */
  Optional<Successor> successor(Wishes.Takeover newer, RolloutId former) {
    return switch (plan(newer.deployment(), newer.delivery())) {
      case Planned.Ready(var plan, var seen) -> Optional.of(successor(newer, former, plan, seen));
      case Planned.Lacking(var plan, var seen) -> Optional.of(successor(newer, former, plan, seen));
      case Planned.Not(Result.NothingToDo nothing) -> {
        var events = new ArrayList<Event>();
        adopted(newer.deployment(), newer.delivery()).ifPresent(events::add);
        yield Optional.of(new Successor(events, new CourseEnd.Over(nothing)));
      }
      case Planned.Not _ -> Optional.empty();
    };
  }

  private Successor successor(
      Wishes.Takeover newer, RolloutId former, Plan plan, Observation.Seen seen) {
    var start =
        start(newer.deployment(), newer.delivery(), newer.cause(), plan, Optional.of(former));
    return new Successor(
        List.of(start), new CourseEnd.TakenOver(start.rollout(), Optional.of(seen)));
  }
}
