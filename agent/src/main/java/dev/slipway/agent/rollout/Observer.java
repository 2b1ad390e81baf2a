package dev.slipway.agent.rollout;

import dev.slipway.agent.balancer.Together;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.probe.Checked;
import dev.slipway.agent.probe.Prober;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.rollout.act.Deliveries;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.act.Limits;
import dev.slipway.agent.rollout.act.Pool;
import dev.slipway.agent.rollout.sight.Agreement;
import dev.slipway.agent.rollout.sight.Processes;
import dev.slipway.agent.rollout.sight.Shown;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Looks at everything that a deployment stands on: its balancers and all hosts at once. */
final class Observer {
  private static final int LOOKS = 2;

  private final Prober prober;
  private final Crew crew;
  private final Waiter waiter;
  private final Limits limits;
  private final Function<Target, Processes> processes;

  Observer(
      Prober prober,
      Crew crew,
      Waiter waiter,
      Limits limits,
      Function<Target, Processes> processes) {
    this.processes = processes;
    this.prober = prober;
    this.crew = crew;
    this.waiter = waiter;
    this.limits = limits;
  }

  /** What is asked for: where to, from where, and which way. */
  record Question(
      Deployment deployment,
      Ground ground,
      Deliveries deliveries,
      Goal goal,
      Map<String, Pool> pools) {
    private List<Role> roles() {
      return deployment.fleet().application().roles();
    }

    private List<Instance> instances(Role role, Host host) {
      return deployment.fleet().instances(role).stream()
          .filter(instance -> instance.host().equals(host.name()))
          .toList();
    }

    private Pool pool(Role role) {
      return Optional.ofNullable(pools.get(role.name())).orElseThrow();
    }

    /** Whether anything is to run in the role; not with a release from before the role existed. */
    private boolean plays(Role role) {
      return deliveries
          .find(goal.target())
          .map(delivery -> delivery.release().plays(role.name()))
          .orElse(true);
    }
  }

  /** The release to reach, the one to go back to, the way, and what is kept in spare slots. */
  record Goal(
      ReleaseId target,
      Optional<ReleaseId> stable,
      Situation.Direction direction,
      Optional<ReleaseId> kept) {}

  /** The slots of a role on one host. */
  private record Place(Host host, List<Instance> instances) {}

  Observation observe(Question question) {
    Crew.Begun<List<Pool.Told>> balancers = crew.begin(List.of(() -> balancers(question)));
    List<Look> looks = looks(question);
    looks.forEach(look -> look.tell(processes.apply(question.deployment().target()), waiter));
    List<Pool.Told> told = balancers.results().getFirst();
    var observed = new HashMap<String, Map<String, Observed>>();
    var reasons = new ArrayList<String>();
    for (int i = 0; i < told.size(); i++) {
      Role role = question.roles().get(i);
      switch (told.get(i)) {
        case Pool.Told.Said(var said) -> observed.put(role.name(), said);
        case Pool.Told.Denied(var reason) -> reasons.add(reason);
        case Pool.Told.Silent(var reason) -> reasons.add(reason);
      }
    }
    observed.values().forEach(said -> remember(question, looks, Shown.serving(said)));
    return reasons.isEmpty()
        ? seen(question, looks, observed)
        : new Observation.Blind(reasons.stream().distinct().toList());
  }

  /** What serves the stable release, and is healthy, needs no proof any more. */
  private void remember(Question question, List<Look> looks, Set<Instance> serving) {
    Optional<ReleaseId> stable = question.goal().stable();
    Processes known = processes.apply(question.deployment().target());
    looks.stream()
        .filter(look -> look.isHealthy(stable) && serving.contains(look.instance()))
        .forEach(look -> known.prove(look.instance(), stable.orElseThrow(), look.mark()));
  }

  /** All hosts at once, and then all slots on them, as each health check may take its time. */
  private List<Look> looks(Question question) {
    var places = new ArrayList<Place>();
    for (Role role : question.roles()) {
      for (Host host : question.deployment().fleet().hosts(role)) {
        places.add(new Place(host, question.instances(role, host)));
      }
    }
    List<Sighting> sightings =
        crew.all(
            places.stream()
                .map(place -> (Supplier<Sighting>) () -> sighting(question, place))
                .toList());
    var slots = new ArrayList<Supplier<Look>>();
    for (int i = 0; i < places.size(); i++) {
      slots.addAll(slots(question, places.get(i), sightings.get(i)));
    }
    return crew.all(slots);
  }

  private List<Pool.Told> balancers(Question question) {
    return question.roles().stream().map(role -> balancers(question.pool(role))).toList();
  }

  private Pool.Told balancers(Pool pool) {
    Pool.Told told = pool.look();
    for (int look = 1; look < LOOKS && told instanceof Pool.Told.Silent; look++) {
      waiter.await(limits.firstBackOff(), new Signal());
      told = pool.look();
    }
    return told instanceof Pool.Told.Silent ? pool.passOver() : told;
  }

  private Sighting sighting(Question question, Place place) {
    Instance instance = place.instances().getFirst();
    Ground ground = question.ground();
    Sighting sighting = ground.site(instance).look();
    for (int look = 1; look < LOOKS && sighting instanceof Sighting.Unreachable; look++) {
      waiter.await(limits.firstBackOff(), new Signal());
      sighting = ground.site(instance).look();
    }
    return sighting;
  }

  /** One look tells of all slots of a role on a host. */
  private List<Supplier<Look>> slots(Question question, Place place, Sighting sighting) {
    return place.instances().stream()
        .map(instance ->
            (Supplier<Look>)
                () ->
                    switch (sighting) {
                      case Sighting.Seen(var slots, _, _) ->
                          slot(question, place.host(), instance, slots.get(instance.slot()));
                      case Sighting.Unreachable(var reason) -> unreachable(instance, reason);
                      case Sighting.IdentityRefused(var reason) -> unreachable(instance, reason);
                    })
        .toList();
  }

  private static Look unreachable(Instance instance, String reason) {
    var state = new InstanceState(new Occupant.None(), Condition.UNREACHABLE, Environment.STALE);
    return new Look(instance, state, reason);
  }

  private Look slot(
      Question question,
      Host host,
      Instance instance,
      @org.jspecify.annotations.Nullable SlotSeen seen) {
    if (seen == null || seen.occupant() instanceof Occupant.None) {
      return vacant(question, host, instance);
    }
    Release release = question.deliveries().serviceOf(seen.occupant());
    Environment environment = environment(question, instance, seen.occupant(), seen.environment());
    return switch (process(question, instance, release, seen)) {
      case ProcessSighting.Running(_, _, var origin) when origin == ProcessSighting.Origin.FORMER ->
          new Look(
              instance,
              new InstanceState(seen.occupant(), Condition.UNHEALTHY, environment),
              "the process that runs is none of " + release.id());
      case ProcessSighting.Running(var mark, _, _) ->
          running(question, host, instance, release, seen.occupant(), environment).in(mark);
      case ProcessSighting.Stopped(var detail) ->
          new Look(
              instance, new InstanceState(seen.occupant(), Condition.STOPPED, environment), detail);
      case ProcessSighting.Unknown(var reason) ->
          new Look(
              instance,
              new InstanceState(seen.occupant(), Condition.UNHEALTHY, environment),
              reason);
      case ProcessSighting.IdentityRefused(var reason) ->
          new Look(
              instance,
              new InstanceState(seen.occupant(), Condition.UNREACHABLE, environment),
              reason);
    };
  }

  /**
   * Looks at a slot that has no link. As long as nothing is known to be stable there, something may
   * serve from elsewhere, which counts once it is healthy: a unit that only waits for its files
   * does not.
   */
  private Look vacant(Question question, Host host, Instance instance) {
    var none = new Occupant.None();
    var empty = new InstanceState(none, Condition.STOPPED, Environment.STALE);
    Release release = question.deliveries().serviceOf(none);
    boolean mayServe =
        question.goal().stable().isEmpty()
            && release.plays(instance.role())
            && !(release.service(instance.role()) instanceof Service.None);
    if (mayServe && runs(question, instance, release)) {
      Look look = running(question, host, instance, release, none, Environment.STALE);
      return look.state().condition() == Condition.HEALTHY ? look : new Look(instance, empty, "");
    }
    return new Look(instance, empty, "");
  }

  private static boolean runs(Question question, Instance instance, Release release) {
    Slot slot = question.deployment().fleet().slot(instance);
    return question.ground().site(instance).process(slot, release)
        instanceof ProcessSighting.Running;
  }

  private static ProcessSighting process(
      Question question, Instance instance, Release release, SlotSeen seen) {
    if (!release.plays(instance.role())) {
      return new ProcessSighting.Stopped("%s has no such role".formatted(release.id()));
    }
    return release.service(instance.role()) instanceof Service.None
        ? new ProcessSighting.Running("", 0, ProcessSighting.Origin.RECORDED)
        : question
            .ground()
            .site(instance)
            .process(question.deployment().fleet().slot(instance), seen, release);
  }

  private Look running(
      Question question,
      Host host,
      Instance instance,
      Release release,
      Occupant occupant,
      Environment environment) {
    Health health = question.deployment().fleet().role(instance).health();
    Checked checked =
        health instanceof Health.Running
            ? new Checked.Good("it runs")
            : prober.check(
                health,
                question.ground().machine(host),
                host,
                question.deployment().fleet().slot(instance),
                question.ground().variables(instance, release));
    Condition condition = checked instanceof Checked.Good ? Condition.HEALTHY : Condition.UNHEALTHY;
    String remark =
        switch (checked) {
          case Checked.Good _ -> "";
          case Checked.Bad(var reason) -> reason;
          case Checked.Unknown(var reason) -> reason;
        };
    return new Look(instance, new InstanceState(occupant, condition, environment), remark);
  }

  private static Environment environment(
      Question question, Instance instance, Occupant occupant, Digest found) {
    return occupant instanceof Occupant.Known(var id)
            && question
                .deliveries()
                .find(id)
                .map(delivery -> question.ground().environment(instance, delivery.release()))
                .equals(Optional.of(found))
        ? Environment.CURRENT
        : Environment.STALE;
  }

  private static Observation seen(
      Question question, List<Look> looks, Map<String, Map<String, Observed>> observed) {
    var remarks = new TreeMap<Instance, String>();
    looks.stream()
        .filter(look -> !look.remark().isEmpty())
        .forEach(look -> remarks.put(look.instance(), look.remark()));
    var generations = new HashMap<String, String>();
    question.pools().values().forEach(pool -> generations.putAll(pool.generations()));
    var roles = new ArrayList<Observation.OfRole>();
    for (Role role : question.roles()) {
      var said = observed.getOrDefault(role.name(), Map.of());
      roles.add(new Observation.OfRole(situation(question, role, looks, said), said));
    }
    List<String> dead =
        question.pools().values().stream()
            .flatMap(pool -> pool.passedOver().stream())
            .distinct()
            .toList();
    return new Observation.Seen(roles, remarks, generations, dead);
  }

  private static Situation situation(
      Question question, Role role, List<Look> looks, Map<String, Observed> observed) {
    var states = new TreeMap<Instance, InstanceState>();
    looks.stream()
        .filter(look -> look.instance().role().equals(role.name()))
        .forEach(look -> states.put(look.instance(), look.state()));
    Optional<Traffic> traffic = traffic(question, role, states, observed);
    traffic.ifPresent(
        known -> states.replaceAll((at, state) -> unserved(question, at, state, known)));
    Optional<Integer> most = question.deployment().unreachableMax();
    return new Situation(
        question.deployment().fleet(),
        role,
        question.goal().target(),
        question.goal().stable(),
        states,
        traffic,
        Together.capabilities(question.ground().balancers(role)),
        most.map(OptionalInt::of).orElse(OptionalInt.empty()),
        question.goal().direction(),
        question.plays(role),
        List.of(),
        question.goal().kept());
  }

  /** Where a release has no process, what stands ready beside another slot runs while it serves. */
  private static InstanceState unserved(
      Question question, Instance instance, InstanceState state, Traffic traffic) {
    boolean isUnserved =
        state.condition() == Condition.HEALTHY && traffic.state(instance) == MemberState.OUT;
    return isUnserved
            && question.deployment().fleet().role(instance).hasSpareSlot()
            && question.deliveries().serviceOf(state.occupant()).service(instance.role())
                instanceof Service.None
        ? new InstanceState(state.occupant(), Condition.STOPPED, state.environment())
        : state;
  }

  private static Optional<Traffic> traffic(
      Question question,
      Role role,
      Map<Instance, InstanceState> looks,
      Map<String, Observed> observed) {
    Pool pool = question.pool(role);
    if (pool.isEmpty()) {
      return Optional.empty();
    }
    Optional<ReleaseId> stable = question.goal().stable();
    var agreement = new Agreement(looks, stable, observed);
    Traffic equals = Traffic.stable(agreement.members());
    Traffic traffic =
        agreement.endsTrial() ? equals : Trial.of(equals, stable, looks, observed.values());
    return Optional.of(pool.wanted().map(wanted -> traffic.with(wanted.nobody())).orElse(traffic));
  }
}
