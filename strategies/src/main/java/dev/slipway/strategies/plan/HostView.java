package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.traffic.MemberState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One host as a strategy sees it: which of its slots is active, and what is left to do there.
 *
 * <p>Which slot is active is found by observation: the one that serves, or else the one that most
 * looks like it.
 */
public final class HostView {
  private final Situation situation;
  private final Host host;
  private final List<Instance> slots;
  private final Instance active;

  private HostView(Situation situation, Host host) {
    this.situation = situation;
    this.host = host;
    this.slots =
        situation.fleet().instances(situation.role()).stream()
            .filter(instance -> instance.host().equals(host.name()))
            .toList();
    this.active = slots.stream().max(Comparator.comparingInt(this::rank)).orElseThrow();
  }

  /** Returns a view of every host of the role, in the order of the inventory. */
  public static List<HostView> of(Situation situation) {
    return situation.fleet().hosts(situation.role()).stream()
        .map(host -> new HostView(situation, host))
        .toList();
  }

  /** Returns the same host as another role sees it, if that uses the link of the active slot. */
  public Optional<HostView> on(Situation other) {
    return other.fleet().hosts(other.role()).stream()
        .filter(it -> it.name().equals(host.name()))
        .map(it -> new HostView(other, it))
        .filter(view -> view.active.slot().equals(active.slot()))
        .findFirst();
  }

  /** What is left to do on a host. */
  public enum Work {
    /** It is as it should be. */
    NONE,
    /** The release runs there and is healthy; its traffic or a former slot needs tidying. */
    FINISH,
    /** Another release runs there, or none, or it is not healthy. */
    REPLACE,
    /** The host cannot be reached. */
    UNREACHABLE
  }

  /** Returns the host's name. */
  public String name() {
    return host.name();
  }

  /** Returns the slot that is active, or the first where none is. */
  public Instance active() {
    return active;
  }

  /** Returns all slots here, in the order of the role. */
  public List<Instance> slots() {
    return slots;
  }

  /** Returns a slot beside the active one, where the role has one. */
  public Optional<Instance> spare() {
    return slots.stream().filter(slot -> !slot.equals(active)).findFirst();
  }

  /**
   * Returns the slot beside the active one, in which a release can start while that serves.
   *
   * @throws IllegalArgumentException if the role has one slot
   */
  public Instance next() {
    return spare().orElseThrow(() -> new IllegalArgumentException(name() + " has no spare slot"));
  }

  /** Returns the slot beside the active one that holds the target already, running or not. */
  public Optional<Instance> standby() {
    return spare()
        .filter(slot ->
            state(slot).occupant().equals(new Occupant.Known(situation.target()))
                && state(slot).environment() == Environment.CURRENT);
  }

  /** Returns the active slot, if it is in the pool and something lies there. */
  public Optional<Instance> pooled() {
    return Optional.of(active)
        .filter(this::inPool)
        .filter(slot -> !(state(slot).occupant() instanceof Occupant.None));
  }

  /** Returns the slots beside the active one that run or get requests. */
  public List<Instance> leftovers() {
    return slots.stream()
        .filter(slot -> !slot.equals(active))
        .filter(slot -> runs(slot) || inPool(slot))
        .filter(slot -> !(state(slot).occupant() instanceof Occupant.None))
        .toList();
  }

  /** Returns the leftovers that are not kept on purpose. */
  public List<Instance> strays() {
    return leftovers().stream().filter(slot -> !isKept(slot)).toList();
  }

  /** What is kept is ready to take over, and nobody asks it anything. */
  private boolean isKept(Instance slot) {
    return situation
            .kept()
            .map(Occupant.Known::new)
            .filter(state(slot).occupant()::equals)
            .isPresent()
        && state(slot).condition() == Condition.HEALTHY
        && !inPool(slot);
  }

  /** Returns whether the release runs here, healthy and with its variables, served or not. */
  public boolean hasTarget() {
    return work() == Work.NONE || work() == Work.FINISH;
  }

  /** Returns what is left to do here. */
  public Work work() {
    if (slots.stream().anyMatch(slot -> state(slot).condition() == Condition.UNREACHABLE)) {
      return Work.UNREACHABLE;
    }
    if (!upToDate(active)) {
      return Work.REPLACE;
    }
    return isAtRest(active) && strays().isEmpty() ? Work.NONE : Work.FINISH;
  }

  /** Returns the role whose view this is. */
  public String role() {
    return situation.role().name();
  }

  /** Returns whether a healthy instance here gets requests, or would if a balancer were there. */
  public boolean serves() {
    return slots.stream().anyMatch(this::serves);
  }

  /** Returns whether any slot here runs, healthy or not. */
  public boolean runs() {
    return slots.stream().anyMatch(this::runs);
  }

  InstanceState state(Instance instance) {
    return situation.state(instance);
  }

  boolean serves(Instance instance) {
    return state(instance).condition() == Condition.HEALTHY && admitted(instance);
  }

  boolean admitted(Instance instance) {
    return situation.traffic().isEmpty() || member(instance) == MemberState.SERVING;
  }

  /** What the target does not play gets no requests. */
  private boolean isAtRest(Instance instance) {
    return situation.plays() ? admitted(instance) : !isServed(instance);
  }

  private boolean isServed(Instance instance) {
    return situation.traffic().isPresent() && member(instance) == MemberState.SERVING;
  }

  boolean inPool(Instance instance) {
    return situation.traffic().isPresent() && member(instance) != MemberState.OUT;
  }

  private boolean runs(Instance instance) {
    return switch (state(instance).condition()) {
      case HEALTHY, UNHEALTHY -> true;
      case STOPPED, UNREACHABLE -> false;
    };
  }

  private boolean upToDate(Instance instance) {
    InstanceState state = state(instance);
    return state.occupant().equals(new Occupant.Known(situation.target()))
        && state.environment() == Environment.CURRENT
        && state.condition() == (situation.plays() ? Condition.HEALTHY : Condition.STOPPED);
  }

  private MemberState member(Instance instance) {
    return situation.traffic().map(traffic -> traffic.state(instance)).orElse(MemberState.OUT);
  }

  /**
   * Serving and wanted is best, and what is stable is better than what is on trial beside it; the
   * first slot wins among equals, so it counts a little.
   */
  private int rank(Instance instance) {
    int rank = slots.getFirst().equals(instance) ? 1 : 0;
    rank += isStable(instance) ? 2 : 0;
    rank += state(instance).occupant() instanceof Occupant.None ? 0 : 4;
    rank += runs(instance) ? 8 : 0;
    rank += upToDate(instance) ? 16 : 0;
    rank += serves(instance) ? 32 : 0;
    return rank;
  }

  private boolean isStable(Instance instance) {
    return situation
        .stable()
        .map(Occupant.Known::new)
        .filter(state(instance).occupant()::equals)
        .isPresent();
  }
}
