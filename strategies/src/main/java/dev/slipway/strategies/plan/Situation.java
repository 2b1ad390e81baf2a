package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a strategy plans from: what is wanted and what was observed.
 *
 * @param target the release that is to run everywhere
 * @param stable the last release that was proven everywhere, the target of the way back
 * @param states one for every instance of the role, as observed
 * @param traffic the traffic of the role as observed; empty where no balancer is in front
 * @param capabilities what every balancer of the role can do
 * @param unreachableMax how many hosts that cannot be reached may be left out; empty means as many
 *     as the strategy lets be unavailable
 * @param direction whether this is a way forward or back
 * @param plays whether anything runs in the role with the target; not if that is from before the
 *     role existed
 * @param beside roles that use the same link on some hosts, and are replaced there with this one
 * @param kept what was stable before, where it is to run on in the spare slots
 */
public record Situation(
    Fleet fleet,
    Role role,
    ReleaseId target,
    Optional<ReleaseId> stable,
    Map<Instance, InstanceState> states,
    Optional<Traffic> traffic,
    Set<Capability> capabilities,
    OptionalInt unreachableMax,
    Direction direction,
    boolean plays,
    List<Situation> beside,
    Optional<ReleaseId> kept) {
  public Situation {
    states = Collections.unmodifiableMap(new TreeMap<>(states));
    capabilities = Set.copyOf(capabilities);
    beside = List.copyOf(beside);
    for (Instance instance : fleet.instances(role)) {
      if (!states.containsKey(instance)) {
        throw new IllegalArgumentException("nothing is known of %s".formatted(instance));
      }
    }
  }

  /** One in which nothing is kept in the spare slots. */
  public Situation(
      Fleet fleet,
      Role role,
      ReleaseId target,
      Optional<ReleaseId> stable,
      Map<Instance, InstanceState> states,
      Optional<Traffic> traffic,
      Set<Capability> capabilities,
      OptionalInt unreachableMax,
      Direction direction,
      boolean plays,
      List<Situation> beside) {
    this(
        fleet,
        role,
        target,
        stable,
        states,
        traffic,
        capabilities,
        unreachableMax,
        direction,
        plays,
        beside,
        Optional.empty());
  }

  /** Returns this situation, in which a release is to run on in the spare slots. */
  public Situation keeping(Optional<ReleaseId> other) {
    return new Situation(
        fleet,
        role,
        target,
        stable,
        states,
        traffic,
        capabilities,
        unreachableMax,
        direction,
        plays,
        beside,
        other);
  }

  /**
   * Returns what was observed of an instance.
   *
   * @throws IllegalArgumentException if it is not of the role
   */
  public InstanceState state(Instance instance) {
    InstanceState state = states.get(instance);
    if (state == null) {
      throw new IllegalArgumentException("nothing is known of %s".formatted(instance));
    }
    return state;
  }

  /** Returns whether the target was never proven everywhere before. */
  public boolean isNew() {
    return direction == Direction.FORWARD && !stable.equals(Optional.of(target));
  }

  /** Returns this situation with other roles that are replaced with it. */
  public Situation beside(List<Situation> others) {
    return new Situation(
        fleet,
        role,
        target,
        stable,
        states,
        traffic,
        capabilities,
        unreachableMax,
        direction,
        plays,
        others,
        kept);
  }

  /** Returns this situation as it would be with other states and another traffic. */
  public Situation with(Map<Instance, InstanceState> others, Optional<Traffic> observed) {
    return new Situation(
        fleet,
        role,
        target,
        stable,
        others,
        observed,
        capabilities,
        unreachableMax,
        direction,
        plays,
        beside,
        kept);
  }

  /** Returns this situation with another release as target. */
  public Situation to(ReleaseId other, Direction way) {
    return new Situation(
        fleet,
        role,
        other,
        stable,
        states,
        traffic,
        capabilities,
        unreachableMax,
        way,
        plays,
        beside,
        kept);
  }

  /** Which way a rollout goes. */
  public enum Direction {
    FORWARD,
    /** To the last stable: dead hosts and failed lanes do not stop it. */
    BACK
  }
}
