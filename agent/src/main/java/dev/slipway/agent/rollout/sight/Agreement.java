package dev.slipway.agent.rollout.sight;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The one value that several balancers in front of a role are to be brought to, where they
 * disagree.
 *
 * <p>What is right is told by the release that is stable: a member on which they disagree serves if
 * it runs that one and is healthy, and gets nothing new otherwise. Nobody loses a member that
 * others cannot stand in for.
 */
public final class Agreement {
  private final Map<Instance, InstanceState> states;
  private final Optional<Occupant> stable;
  private final Map<String, Observed> observed;
  private final Map<Instance, MemberState> members;

  /**
   * Finds it.
   *
   * @param states of every instance of the role, as its host shows it
   * @param stable the release that is trusted; where there is none, nobody can tell who is right
   * @param observed what each balancer says, by its name
   */
  public Agreement(
      Map<Instance, InstanceState> states,
      Optional<ReleaseId> stable,
      Map<String, Observed> observed) {
    this.states = states;
    this.stable = stable.map(Occupant.Known::new);
    this.observed = observed;
    this.members = new TreeMap<>();
    states.keySet().forEach(instance -> members.put(instance, merged(instance)));
    if (stable.isPresent() && isSplit() && canStandIn()) {
      members.replaceAll((instance, state) -> isInDoubt(instance) ? MemberState.DRAINING : state);
    }
  }

  /** Returns what each member is to be. */
  public Map<Instance, MemberState> members() {
    return Map.copyOf(members);
  }

  /** Returns whether the balancers do not all send the same requests to the same members. */
  public boolean isSplit() {
    return isTrialSplit() || states.keySet().stream().anyMatch(this::isDisputed);
  }

  /** Returns whether they disagree about which part of the requests a release on trial gets. */
  public boolean isTrialSplit() {
    Set<Instance> candidates = matching(states.keySet(), instance -> !runsStable(instance));
    return differ((one, other) ->
        !one.routing().equals(other.routing())
            || !one.share(candidates).isAbout(other.share(candidates)));
  }

  private boolean differ(BiPredicate<Observed, Observed> difference) {
    return observed.values().stream()
        .findFirst()
        .map(first -> observed.values().stream().anyMatch(one -> difference.test(first, one)))
        .orElse(false);
  }

  /** Returns whether they are to agree that nobody is on trial, and all requests are alike. */
  public boolean endsTrial() {
    return isTrialSplit() && unproven().isEmpty();
  }

  /** Returns those that a balancer would have to send requests to though nothing proves them. */
  public Set<Instance> unproven() {
    return matching(states.keySet(), this::isInDoubt);
  }

  /** An instance that one balancer serves counts as serving: it must be drained first. */
  private MemberState merged(Instance instance) {
    var found = EnumSet.noneOf(MemberState.class);
    for (Observed one : observed.values()) {
      Seen seen = one.members().get(instance);
      if (seen != null) {
        boolean idles = seen.state() == MemberState.SERVING && seen.weight() == 0 && !seen.idle();
        found.add(idles ? MemberState.DRAINING : seen.state());
      }
    }
    return found.contains(MemberState.SERVING)
        ? MemberState.SERVING
        : found.contains(MemberState.DRAINING) ? MemberState.DRAINING : MemberState.OUT;
  }

  /** Whether some balancers would send requests there and others would not. */
  private boolean isDisputed(Instance instance) {
    return differ((one, other) -> isGiven(instance, one) != isGiven(instance, other));
  }

  private static boolean isGiven(Instance instance, Observed one) {
    Seen seen = one.members().get(instance);
    return seen != null
        && seen.state() == MemberState.SERVING
        && (seen.weight() > 0 || seen.idle());
  }

  private boolean isInDoubt(Instance instance) {
    boolean isOnTrial = isTrialSplit() && !runsStable(instance);
    return members.get(instance) == MemberState.SERVING
        && (isOnTrial || isDisputed(instance))
        && !isTrusted(instance);
  }

  /** Whether the trusted ones stand on as many hosts as any balancer sends requests to now. */
  private boolean canStandIn() {
    int trusted =
        hosts(
            matching(
                states.keySet(), one -> isTrusted(one) && members.get(one) == MemberState.SERVING));
    int most =
        observed.values().stream()
            .mapToInt(one ->
                hosts(matching(states.keySet(), each -> isGiven(each, one) && mayBeWell(each))))
            .max()
            .orElse(0);
    return trusted > 0 && trusted >= most;
  }

  private boolean isTrusted(Instance instance) {
    return runsStable(instance) && condition(instance) == Condition.HEALTHY;
  }

  private boolean runsStable(Instance instance) {
    return Optional.ofNullable(states.get(instance))
        .<Occupant>map(InstanceState::occupant)
        .equals(stable);
  }

  /** A host that cannot be asked may serve as well as before. */
  private boolean mayBeWell(Instance instance) {
    Condition condition = condition(instance);
    return condition == Condition.HEALTHY || condition == Condition.UNREACHABLE;
  }

  private Condition condition(Instance instance) {
    return Optional.ofNullable(states.get(instance))
        .map(InstanceState::condition)
        .orElse(Condition.UNREACHABLE);
  }

  private static Set<Instance> matching(Collection<Instance> all, Predicate<Instance> wish) {
    return all.stream().filter(wish).collect(Collectors.toCollection(TreeSet::new));
  }

  private static int hosts(Set<Instance> instances) {
    return (int) instances.stream().map(Instance::host).distinct().count();
  }
}
