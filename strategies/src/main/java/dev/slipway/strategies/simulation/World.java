package dev.slipway.strategies.simulation;

import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The virtual fleet: what lies and runs where, and who gets requests. */
final class World {
  private final Scenario scenario;
  private final Map<Instance, InstanceState> states = new TreeMap<>();
  private final Map<String, Traffic> traffic = new HashMap<>();
  private final Set<String> dead = new TreeSet<>();

  /** Those that were stopped since they got requests, and so have none to end. */
  private final Set<Instance> idle = new TreeSet<>();

  World(Scenario scenario) {
    this.scenario = scenario;
    for (Situation situation : scenario.situations()) {
      states.putAll(situation.states());
      situation.traffic().ifPresent(found -> traffic.put(situation.role().name(), found));
    }
  }

  Fleet fleet() {
    return scenario.fleet();
  }

  void kill(String host) {
    dead.add(host);
  }

  boolean isDead(Instance instance) {
    return dead.contains(instance.host()) || state(instance).condition() == Condition.UNREACHABLE;
  }

  InstanceState state(Instance instance) {
    return Optional.ofNullable(states.get(instance))
        .orElseThrow(() -> new IllegalArgumentException("nothing is known of " + instance));
  }

  boolean isHealthy(Instance instance) {
    return state(instance).condition() == Condition.HEALTHY && !isDead(instance);
  }

  /** Roles on a host that use the same link have the same lying there. */
  void set(Instance instance, Occupant occupant) {
    states.replaceAll(
        (other, state) -> isBeside(instance, other) ? holding(occupant, state) : state);
  }

  private static boolean isBeside(Instance one, Instance other) {
    return one.host().equals(other.host()) && one.slot().equals(other.slot());
  }

  private static InstanceState holding(Occupant occupant, InstanceState before) {
    return new InstanceState(occupant, before.condition(), Environment.CURRENT);
  }

  void set(Instance instance, Condition condition) {
    InstanceState before = state(instance);
    if (condition == Condition.STOPPED) {
      idle.add(instance);
    }
    states.put(instance, new InstanceState(before.occupant(), condition, before.environment()));
  }

  /** Returns the traffic of a role; empty where no balancer is in front. */
  Optional<Traffic> traffic(String role) {
    return Optional.ofNullable(traffic.get(role));
  }

  void set(String role, Traffic wanted) {
    traffic.put(role, wanted);
    idle.removeAll(wanted.serving());
  }

  /** Returns those of a role that can answer, and get requests where that is said. */
  Set<Instance> serving(String role) {
    return serving(role, traffic(role));
  }

  /** Returns those of a role that would answer if this were its traffic. */
  Set<Instance> serving(String role, Optional<Traffic> wanted) {
    var found = new TreeSet<Instance>();
    for (Instance instance : states.keySet()) {
      boolean isAsked = wanted.isEmpty() || wanted.get().state(instance) == MemberState.SERVING;
      if (instance.role().equals(role) && isAsked && isHealthy(instance)) {
        found.add(instance);
      }
    }
    return found;
  }

  Moment moment(Duration at, Role role) {
    Set<Instance> serving = serving(role.name());
    Map<String, List<Instance>> slots =
        fleet().instances(role).stream().collect(Collectors.groupingBy(Instance::host));
    var hosts = new LinkedHashMap<String, Moment.Look>();
    for (Host host : fleet().hosts(role)) {
      hosts.put(host.name(), look(slots.getOrDefault(host.name(), List.of()), serving));
    }
    return new Moment(at, serving.size(), shares(role.name(), serving), hosts);
  }

  private Moment.Look look(List<Instance> slots, Set<Instance> serving) {
    if (slots.stream().anyMatch(this::isDead)) {
      return Moment.Look.DEAD;
    }
    Set<Optional<ReleaseId>> answering = new HashSet<>();
    slots.stream().filter(serving::contains).forEach(slot -> answering.add(release(slot)));
    if (!answering.isEmpty()) {
      return answering.contains(Optional.of(scenario.target()))
          ? Moment.Look.TARGET
          : Moment.Look.FORMER;
    }
    return slots.stream().anyMatch(this::isDraining) ? Moment.Look.DRAINING : Moment.Look.AWAY;
  }

  private boolean isDraining(Instance instance) {
    return isHealthy(instance)
        && !idle.contains(instance)
        && traffic(instance.role())
            .filter(wanted -> wanted.state(instance) == MemberState.DRAINING)
            .isPresent();
  }

  private Optional<ReleaseId> release(Instance instance) {
    return state(instance).occupant() instanceof Occupant.Known(var release)
        ? Optional.of(release)
        : Optional.empty();
  }

  private Map<ReleaseId, Share> shares(String role, Set<Instance> serving) {
    var shares = new LinkedHashMap<ReleaseId, Double>();
    parts(role, serving)
        .forEach((instance, part) ->
            release(instance).ifPresent(release -> shares.merge(release, part, Double::sum)));
    var rounded = new LinkedHashMap<ReleaseId, Share>();
    shares.forEach((release, share) -> rounded.put(release, rounded(share)));
    return rounded;
  }

  /** Returns the part of the requests that some of a role get; copies are requests, too. */
  Share share(String role, Set<Instance> some) {
    double own =
        parts(role, serving(role)).entrySet().stream()
            .filter(entry -> some.contains(entry.getKey()))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    int copied =
        traffic(role).flatMap(Traffic::mirror).stream()
            .filter(copies ->
                some.stream().anyMatch(it -> track(traffic(role), it).equals(copies.track())))
            .mapToInt(copies -> copies.share().basisPoints())
            .sum();
    return new Share(Math.min(Share.ALL.basisPoints(), rounded(own).basisPoints() + copied));
  }

  private static Share rounded(double part) {
    return new Share((int) Math.round(part * Share.ALL.basisPoints()));
  }

  /** A track whose members are all gone leaves its share to the others. */
  private Map<Instance, Double> parts(String role, Set<Instance> serving) {
    Optional<Traffic> wanted = traffic(role);
    var members = new HashMap<String, Integer>();
    serving.forEach(instance -> members.merge(track(wanted, instance), 1, Integer::sum));
    double all = members.keySet().stream().mapToDouble(track -> weight(wanted, track)).sum();
    var parts = new LinkedHashMap<Instance, Double>();
    for (Instance instance : all > 0 ? serving : Set.<Instance>of()) {
      String track = track(wanted, instance);
      parts.put(instance, weight(wanted, track) / all / members.getOrDefault(track, 1));
    }
    return parts;
  }

  /** Without a balancer all are in one track. */
  private static double weight(Optional<Traffic> traffic, String track) {
    return traffic
        .map(wanted -> Optional.ofNullable(wanted.tracks().get(track)).orElse(Share.NONE))
        .orElse(Share.ALL)
        .basisPoints();
  }

  private static String track(Optional<Traffic> traffic, Instance instance) {
    return traffic
        .flatMap(wanted -> Optional.ofNullable(wanted.members().get(instance)))
        .map(Member::track)
        .orElse("");
  }

  /** Returns what an agent would find if it were to go back now. */
  List<Situation> found() {
    return scenario.situations().stream().map(this::found).toList();
  }

  private Situation found(Situation before) {
    var seen = new TreeMap<Instance, InstanceState>();
    for (Instance instance : before.states().keySet()) {
      InstanceState state = state(instance);
      seen.put(
          instance,
          isDead(instance)
              ? new InstanceState(state.occupant(), Condition.UNREACHABLE, state.environment())
              : state);
    }
    return new Situation(
        before.fleet(),
        before.role(),
        scenario.stable(),
        before.stable(),
        seen,
        traffic(before.role().name()),
        before.capabilities(),
        OptionalInt.empty(),
        Direction.BACK,
        before.plays(),
        List.of());
  }
}
