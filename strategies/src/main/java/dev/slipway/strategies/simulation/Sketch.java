package dev.slipway.strategies.simulation;

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
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
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

/**
 * A fleet in a few words: so many hosts that all do well.
 *
 * @param slots how many releases have room on a host: 1 or 2
 * @param balancer what the balancer in front can do; empty where none is
 * @param proof how long a new process must stay healthy
 * @param deadline after which it counts as unhealthy
 * @param running the version that runs everywhere before
 * @param wanted the version that is to run
 */
public record Sketch(
    int hosts,
    int slots,
    Optional<Set<Capability>> balancer,
    Duration proof,
    Duration deadline,
    String running,
    String wanted) {
  /** As many as an environment may have. */
  public static final int HOSTS_MAX = 2_000;

  private static final String ROLE = "web";
  private static final Duration SECOND = Duration.ofSeconds(1);

  public Sketch {
    balancer = balancer.map(Set::copyOf);
    if (hosts < 1 || hosts > HOSTS_MAX || slots < 1 || slots > 2) {
      throw new IllegalArgumentException(
          "%d hosts with %d slots cannot be drawn; use 1 to %d hosts with 1 or 2"
              .formatted(hosts, slots, HOSTS_MAX));
    }
    if (running.equals(wanted)) {
      throw new IllegalArgumentException("%s runs already".formatted(wanted));
    }
  }

  /** Returns what a strategy would plan from. */
  public Situation situation() {
    Role role = role();
    var application = new Application("app", "/srv/app", Optional.empty(), List.of(role), 5);
    var fleet = new Fleet("simulation", application, Map.of(ROLE, inventory()));
    return situation(fleet, role, release(running), release(wanted), balancer);
  }

  /** Returns the situation of a role whose first slots serve the former release everywhere. */
  public static Situation situation(
      Fleet fleet,
      Role role,
      ReleaseId former,
      ReleaseId target,
      Optional<Set<Capability>> balancer) {
    var states = new TreeMap<Instance, InstanceState>();
    var members = new TreeMap<Instance, MemberState>();
    for (Instance instance : fleet.instances(role)) {
      boolean isActive = instance.slot().equals(role.slots().getFirst().name());
      members.put(instance, isActive ? MemberState.SERVING : MemberState.OUT);
      states.put(
          instance,
          isActive
              ? new InstanceState(
                  new Occupant.Known(former), Condition.HEALTHY, Environment.CURRENT)
              : new InstanceState(new Occupant.None(), Condition.STOPPED, Environment.STALE));
    }
    return new Situation(
        fleet,
        role,
        target,
        Optional.of(former),
        states,
        balancer.map(_ -> Traffic.stable(members)),
        balancer.orElse(Set.of()),
        OptionalInt.empty(),
        Direction.FORWARD,
        true,
        List.of());
  }

  /** Returns a release of which nothing but the version is known. */
  public static ReleaseId release(String version) {
    return new ReleaseId(version, Digest.of(version));
  }

  private Role role() {
    var timing = new Health.Timing(SECOND, SECOND, 1, proof, deadline);
    return new Role(
        ROLE,
        slots == 1
            ? List.of(new Slot(Slot.CURRENT, OptionalInt.empty()))
            : List.of(
                new Slot("blue", OptionalInt.empty()), new Slot("green", OptionalInt.empty())),
        new Health.Tcp(Health.From.HOST, timing),
        new DrainPolicy(Duration.ofSeconds(30), DrainPolicy.OnTimeout.PROCEED),
        Duration.ofSeconds(90));
  }

  private List<Host> inventory() {
    int digits = Math.max(2, String.valueOf(hosts).length());
    return IntStream.rangeClosed(1, hosts)
        .mapToObj(i -> ROLE + String.format("%0" + digits + "d", i))
        .map(name -> new Host(name, name, Optional.empty(), Reach.SSH, Map.of()))
        .toList();
  }
}
