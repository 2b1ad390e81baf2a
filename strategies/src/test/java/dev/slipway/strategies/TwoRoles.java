package dev.slipway.strategies;

import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A fleet of web behind a balancer and a worker without port, in which the old release serves. */
final class TwoRoles {
  private final Fleet fleet;
  private final Map<Instance, InstanceState> states = new TreeMap<>();
  private final Set<String> unknownRoles = new HashSet<>();
  private ReleaseId target = Scene.NEW;
  private Direction direction = Direction.FORWARD;
  private boolean workersAreBalanced;

  private TwoRoles(List<Slot> slots, List<String> web, List<String> worker) {
    var roles = List.of(role("web", slots), role("worker", List.of(slot(Slot.CURRENT))));
    fleet =
        new Fleet(
            "production",
            new Application("shop", "/srv/shop", Optional.empty(), roles, 5),
            Map.of("web", hosts(web), "worker", hosts(worker)));
    instances()
        .forEach(instance -> states.put(instance, Scene.known(Scene.OLD, Condition.HEALTHY)));
  }

  /** Returns a fleet in which both roles use the link {@code current}. */
  static TwoRoles on(List<String> web, List<String> worker) {
    return new TwoRoles(List.of(slot(Slot.CURRENT)), web, worker);
  }

  /** Returns a fleet in which web has spare slots, one of which has the worker's link. */
  static TwoRoles withSpareSlots(List<String> web, List<String> worker) {
    return new TwoRoles(List.of(slot(Slot.CURRENT), slot("other")), web, worker);
  }

  private static Slot slot(String name) {
    return new Slot(name, OptionalInt.empty());
  }

  private static List<Host> hosts(List<String> names) {
    return names.stream()
        .map(name -> new Host(name, name, Optional.empty(), Reach.SSH, Map.of()))
        .toList();
  }

  private static Role role(String name, List<Slot> slots) {
    var timing =
        new Health.Timing(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            3,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5));
    return new Role(
        name,
        slots,
        new Health.Running(timing),
        new DrainPolicy(Duration.ofSeconds(30), DrainPolicy.OnTimeout.PROCEED),
        Duration.ofSeconds(90));
  }

  private Stream<Instance> instances() {
    return fleet.application().roles().stream().flatMap(role -> fleet.instances(role).stream());
  }

  TwoRoles with(String role, String host, InstanceState state) {
    states.put(new Instance(host, role, Slot.CURRENT), state);
    return this;
  }

  TwoRoles unreachable(String host) {
    instances()
        .filter(instance -> instance.host().equals(host))
        .forEach(instance -> states.put(instance, Scene.known(Scene.OLD, Condition.UNREACHABLE)));
    return this;
  }

  /** The new release runs everywhere, and the old one is to come back. */
  TwoRoles back() {
    instances()
        .forEach(instance -> states.put(instance, Scene.known(Scene.NEW, Condition.HEALTHY)));
    target = Scene.OLD;
    direction = Direction.BACK;
    return this;
  }

  /** The target is from before the role existed. */
  TwoRoles unknown(String role) {
    unknownRoles.add(role);
    return this;
  }

  TwoRoles balancedWorkers() {
    workersAreBalanced = true;
    return this;
  }

  List<Situation> situations() {
    return fleet.application().roles().stream().map(this::situation).toList();
  }

  private Situation situation(Role role) {
    var own = new TreeMap<Instance, InstanceState>();
    var members = new TreeMap<Instance, MemberState>();
    for (Instance instance : fleet.instances(role)) {
      own.put(instance, Optional.ofNullable(states.get(instance)).orElseThrow());
      members.put(instance, MemberState.SERVING);
    }
    boolean isBalanced = role.name().equals("web") || workersAreBalanced;
    return new Situation(
        fleet,
        role,
        target,
        Optional.of(Scene.OLD),
        own,
        isBalanced ? Optional.of(Traffic.stable(members)) : Optional.empty(),
        Set.of(Capability.WEIGHTS, Capability.PARKING),
        OptionalInt.empty(),
        direction,
        !unknownRoles.contains(role.name()),
        List.of());
  }

  Plan plan(Strategy strategy) {
    return switch (Roles.plan(strategy, situations())) {
      case Planning.Ready(var plan) -> plan;
      case Planning.Refused(var reasons) -> throw new AssertionError("refused: " + reasons);
    };
  }

  List<String> refusal(Strategy strategy) {
    return switch (Roles.plan(strategy, situations())) {
      case Planning.Ready(var plan) -> throw new AssertionError("not refused:\n" + plan.render());
      case Planning.Refused(var reasons) -> reasons;
    };
  }
}
