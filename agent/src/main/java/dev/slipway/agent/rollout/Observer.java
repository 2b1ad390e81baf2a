package dev.slipway.agent.rollout;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.probe.Checked;
import dev.slipway.agent.probe.Prober;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.rollout.act.Deliveries;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.act.Limits;
import dev.slipway.agent.rollout.act.Pool;
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
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Looks at everything that a deployment stands on: all hosts at once, then its balancers. */
final class Observer {
  private static final int LOOKS = 2;

  private final Prober prober;
  private final Crew crew;
  private final Waiter waiter;
  private final Limits limits;

  Observer(Prober prober, Crew crew, Waiter waiter, Limits limits) {
    this.prober = prober;
    this.crew = crew;
    this.waiter = waiter;
    this.limits = limits;
  }

  /** What is asked for: where to, from where, and which way. */
  record Question(
      Deployment deployment, Ground ground, Deliveries deliveries, Goal goal, Pool pool) {
    Role role() {
      return deployment.fleet().application().judged();
    }
  }

  /** The release to reach, the one to go back to, and the way. */
  record Goal(ReleaseId target, Optional<ReleaseId> stable, Situation.Direction direction) {}

  /** One instance as it was seen, with a remark if something is wrong. */
  private record Look(Instance instance, InstanceState state, String remark) {}

  Observation observe(Question question) {
    List<Look> looks =
        crew
            .all(
                question.deployment().fleet().hosts(question.role()).stream()
                    .map(host -> (Supplier<List<Look>>) () -> host(question, host))
                    .toList())
            .stream()
            .flatMap(List::stream)
            .toList();
    return switch (balancers(question.pool())) {
      case Pool.Told.Said(var observed) -> seen(question, looks, observed);
      case Pool.Told.Denied(var reason) -> new Observation.Blind(List.of(reason));
      case Pool.Told.Silent(var reason) -> new Observation.Blind(List.of(reason));
    };
  }

  private Pool.Told balancers(Pool pool) {
    Pool.Told told = pool.look();
    for (int look = 1; look < LOOKS && told instanceof Pool.Told.Silent; look++) {
      waiter.await(limits.firstBackOff(), new Signal());
      told = pool.look();
    }
    return told;
  }

  private Sighting sighting(Ground ground, Host host) {
    Sighting sighting = ground.site(host).look();
    for (int look = 1; look < LOOKS && sighting instanceof Sighting.Unreachable; look++) {
      waiter.await(limits.firstBackOff(), new Signal());
      sighting = ground.site(host).look();
    }
    return sighting;
  }

  private List<Look> host(Question question, Host host) {
    List<Instance> instances =
        question.deployment().fleet().instances(question.role()).stream()
            .filter(instance -> instance.host().equals(host.name()))
            .toList();
    return switch (sighting(question.ground(), host)) {
      case Sighting.Seen(var slots, _, _, _) ->
          instances.stream()
              .map(instance -> slot(question, host, instance, slots.get(instance.slot())))
              .toList();
      case Sighting.Unreachable(var reason) -> unreachable(instances, reason);
      case Sighting.IdentityRefused(var reason) -> unreachable(instances, reason);
    };
  }

  private static List<Look> unreachable(List<Instance> instances, String reason) {
    var state = new InstanceState(new Occupant.None(), Condition.UNREACHABLE, Environment.STALE);
    return instances.stream().map(instance -> new Look(instance, state, reason)).toList();
  }

  private Look slot(
      Question question,
      Host host,
      Instance instance,
      @org.jspecify.annotations.Nullable SlotSeen seen) {
    if (seen == null || seen.occupant() instanceof Occupant.None) {
      var empty = new InstanceState(new Occupant.None(), Condition.STOPPED, Environment.STALE);
      return new Look(instance, empty, "");
    }
    Release release = question.deliveries().serviceOf(seen.occupant());
    Environment environment = environment(question, instance, seen.occupant(), seen.environment());
    return switch (process(question, host, instance, release, seen)) {
      case ProcessSighting.Running _ ->
          running(question, host, instance, release, seen.occupant(), environment);
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

  private static ProcessSighting process(
      Question question, Host host, Instance instance, Release release, SlotSeen seen) {
    return release.service() instanceof Service.None
        ? new ProcessSighting.Running("", 0, ProcessSighting.Origin.RECORDED)
        : question
            .ground()
            .site(host)
            .process(question.deployment().fleet().slot(instance), seen, release);
  }

  private Look running(
      Question question,
      Host host,
      Instance instance,
      Release release,
      Occupant occupant,
      Environment environment) {
    Health health = question.role().health();
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
      Question question, List<Look> looks, Map<String, Observed> observed) {
    var states = new TreeMap<Instance, InstanceState>();
    var remarks = new TreeMap<Instance, String>();
    for (Look look : looks) {
      states.put(look.instance(), look.state());
      if (!look.remark().isEmpty()) {
        remarks.put(look.instance(), look.remark());
      }
    }
    Optional<Integer> most = question.deployment().unreachableMax();
    var situation =
        new Situation(
            question.deployment().fleet(),
            question.role(),
            question.goal().target(),
            question.goal().stable(),
            states,
            traffic(question, observed),
            capabilities(question.ground().balancers()),
            most.map(OptionalInt::of).orElse(OptionalInt.empty()),
            question.goal().direction());
    return new Observation.Seen(situation, remarks, observed, question.pool().generations());
  }

  private static Set<Capability> capabilities(List<Balancer> balancers) {
    var common =
        balancers.isEmpty() ? EnumSet.noneOf(Capability.class) : EnumSet.allOf(Capability.class);
    balancers.forEach(balancer -> common.retainAll(balancer.capabilities()));
    return common;
  }

  /** An instance that one balancer serves counts as serving: it must be drained first. */
  private static Optional<Traffic> traffic(Question question, Map<String, Observed> observed) {
    if (question.pool().isEmpty()) {
      return Optional.empty();
    }
    var states = new TreeMap<Instance, MemberState>();
    for (Instance instance : question.deployment().fleet().instances(question.role())) {
      states.put(instance, state(instance, observed));
    }
    Traffic traffic = Traffic.stable(states);
    return Optional.of(
        question.pool().wanted().map(wanted -> traffic.with(wanted.nobody())).orElse(traffic));
  }

  private static MemberState state(Instance instance, Map<String, Observed> observed) {
    var states = EnumSet.noneOf(MemberState.class);
    for (Observed one : observed.values()) {
      Observed.Seen seen = one.members().get(instance);
      if (seen != null) {
        boolean idles = seen.state() == MemberState.SERVING && seen.weight() == 0 && !seen.idle();
        states.add(idles ? MemberState.DRAINING : seen.state());
      }
    }
    return states.contains(MemberState.SERVING)
        ? MemberState.SERVING
        : states.contains(MemberState.DRAINING) ? MemberState.DRAINING : MemberState.OUT;
  }
}
