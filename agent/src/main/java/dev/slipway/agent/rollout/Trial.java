package dev.slipway.agent.rollout;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Tells from what balancers say whether a release is on trial: whether those that do not run what
 * is stable get another part of the requests than their number would give them.
 */
final class Trial {
  private Trial() {}

  /** Returns the traffic with its shares, as far as they are not those of equals. */
  static Traffic of(
      Traffic equals,
      Optional<ReleaseId> stable,
      Map<Instance, InstanceState> states,
      Collection<Observed> observed) {
    if (stable.isEmpty()) {
      return equals;
    }
    var trusted = new Occupant.Known(stable.get());
    SortedSet<Instance> serving = equals.inState(MemberState.SERVING);
    var candidates = new TreeSet<>(serving);
    candidates.removeIf(instance -> isRunning(states.get(instance), trusted));
    if (candidates.isEmpty() || candidates.size() == serving.size()) {
      return equals;
    }
    var even = new Share(candidates.size() * Share.ALL.basisPoints() / serving.size());
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
