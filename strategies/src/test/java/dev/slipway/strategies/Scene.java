package dev.slipway.strategies;

import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A described fleet for tests: every host serves the old release until a test says otherwise. */
final class Scene {
  static final ReleaseId OLD = new ReleaseId("1", Digest.of("old"));
  static final ReleaseId NEW = new ReleaseId("2", Digest.of("new"));

  private final Role role;
  private final Fleet fleet;
  private final Map<Instance, InstanceState> states = new TreeMap<>();
  private final Map<Instance, MemberState> members = new TreeMap<>();
  private Optional<ReleaseId> stable = Optional.of(OLD);
  private Set<Capability> capabilities = Set.of(Capability.WEIGHTS);
  private Direction direction = Direction.FORWARD;
  private OptionalInt unreachableMax = OptionalInt.empty();
  private ReleaseId target = NEW;
  private boolean balanced = true;

  private Scene(int hosts, List<Slot> slots, Trials trials) {
    var timing =
        new Health.Timing(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            3,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5));
    role =
        new Role(
            "web",
            slots,
            new Health.Tcp(Health.From.HOST, timing),
            new DrainPolicy(Duration.ofSeconds(30), DrainPolicy.OnTimeout.PROCEED),
            Duration.ofSeconds(90),
            trials);
    var application = new Application("shop", "/srv/shop", Optional.empty(), List.of(role), 5);
    fleet = new Fleet("production", application, Map.of("web", named(hosts)));
    for (Instance instance : fleet.instances(role)) {
      boolean first = instance.slot().equals(slots.getFirst().name());
      put(instance, first ? known(OLD, Condition.HEALTHY) : empty());
      members.put(instance, first ? MemberState.SERVING : MemberState.OUT);
    }
  }

  static Scene of(int hosts) {
    return of(hosts, Trials.NONE);
  }

  static Scene of(int hosts, Trials trials) {
    return new Scene(hosts, List.of(new Slot(Slot.CURRENT, OptionalInt.of(8000))), trials);
  }

  static Scene withSlots(int hosts) {
    return withSlots(hosts, Trials.NONE);
  }

  static Scene withSlots(int hosts, Trials trials) {
    return new Scene(
        hosts,
        List.of(new Slot("blue", OptionalInt.of(8001)), new Slot("green", OptionalInt.of(8002))),
        trials);
  }

  private static List<Host> named(int hosts) {
    return IntStream.rangeClosed(1, hosts)
        .mapToObj(i -> new Host("web" + i, "10.0.0." + i, Optional.empty(), Reach.SSH, Map.of()))
        .toList();
  }

  static InstanceState known(ReleaseId release, Condition condition) {
    return new InstanceState(new Occupant.Known(release), condition, Environment.CURRENT);
  }

  static InstanceState empty() {
    return new InstanceState(new Occupant.None(), Condition.STOPPED, Environment.STALE);
  }

  Instance instance(String name) {
    return fleet.instances(role).stream()
        .filter(instance -> instance.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  Scene with(String name, InstanceState state, MemberState member) {
    put(instance(name), state);
    members.put(instance(name), member);
    return this;
  }

  Scene unreachable(String... names) {
    for (String name : names) {
      put(instance(name), known(OLD, Condition.UNREACHABLE));
    }
    return this;
  }

  Scene fresh() {
    for (Instance instance : fleet.instances(role)) {
      put(instance, empty());
      members.put(instance, MemberState.OUT);
    }
    stable = Optional.empty();
    return this;
  }

  Scene withoutBalancer() {
    balanced = false;
    return this;
  }

  Scene able(Capability... found) {
    capabilities = Set.of(found);
    return this;
  }

  /** The release that is still the stable one is wanted again. */
  Scene returning() {
    target = OLD;
    return this;
  }

  Scene back() {
    direction = Direction.BACK;
    return this;
  }

  Scene skipping(int hosts) {
    unreachableMax = OptionalInt.of(hosts);
    return this;
  }

  Fleet fleet() {
    return fleet;
  }

  private void put(Instance instance, InstanceState state) {
    states.put(instance, state);
  }

  Situation situation() {
    return new Situation(
        fleet,
        role,
        direction == Direction.FORWARD ? target : OLD,
        stable,
        states,
        balanced ? Optional.of(Traffic.stable(members)) : Optional.empty(),
        capabilities,
        unreachableMax,
        direction,
        true,
        List.of());
  }

  /** Returns how many of the one role must serve at every moment. */
  static int minimum(Plan plan) {
    return Optional.ofNullable(plan.roles().get("web")).orElseThrow().minimum();
  }

  Plan plan(Strategy strategy) {
    return switch (strategy.plan(situation())) {
      case Planning.Ready(var plan) -> plan;
      case Planning.Refused(var reasons) -> throw new AssertionError("refused: " + reasons);
    };
  }

  List<String> refusal(Strategy strategy) {
    return switch (strategy.plan(situation())) {
      case Planning.Ready(var plan) -> throw new AssertionError("not refused:\n" + plan.render());
      case Planning.Refused(var reasons) -> reasons;
    };
  }
}
