package dev.slipway.agent.rollout;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Tells from what balancers say whether a release is on trial: whether those that do not run what
 * is stable get another part of the requests than their number would give them, or requests are
 * told apart.
 */
final class Trial {
  private Trial() {}

  /** Returns the traffic with its shares and its routing, as far as it is not one of equals. */
  static Traffic of(
      Traffic equals,
      Optional<ReleaseId> stable,
      Map<Instance, InstanceState> states,
      Collection<Observed> observed) {
    if (stable.isEmpty()) {
      return equals;
    }
    var trusted = new Occupant.Known(stable.get());
    SortedSet<Instance> reached = equals.inState(MemberState.SERVING);
    observed.forEach(one -> reached.addAll(one.routed()));
    var candidates = new TreeSet<>(reached);
    candidates.removeIf(instance -> isRunning(states.get(instance), trusted));
    if (candidates.isEmpty() || candidates.size() == reached.size()) {
      return equals;
    }
    return routing(observed)
        .map(routing -> equals.split(candidates, part(candidates, observed)).with(routing))
        .orElseGet(() -> shared(equals, candidates, observed));
  }

  private static Optional<Routing> routing(Collection<Observed> observed) {
    return observed.stream()
        .map(Observed::routing)
        .filter(routing -> !routing.equals(Routing.NONE))
        .findFirst();
  }

  private static Share part(Set<Instance> candidates, Collection<Observed> observed) {
    return observed.stream()
        .map(one -> one.share(candidates))
        .filter(share -> !share.equals(Share.ALL))
        .findFirst()
        .orElse(Share.NONE);
  }

  private static Traffic shared(
      Traffic equals, Set<Instance> candidates, Collection<Observed> observed) {
    int serving = equals.inState(MemberState.SERVING).size();
    var even = new Share(candidates.size() * Share.ALL.basisPoints() / serving);
    return observed.stream()
        .map(one -> one.share(candidates))
        .filter(share -> !share.isAbout(even))
        .filter(share -> !share.equals(Share.NONE) && !share.equals(Share.ALL))
        .findFirst()
        .map(share -> equals.split(candidates, share))
        .orElse(equals);
  }

  private static boolean isRunning(
      @org.jspecify.annotations.Nullable InstanceState state, Occupant release) {
    return state != null && state.occupant().equals(release);
  }
}
