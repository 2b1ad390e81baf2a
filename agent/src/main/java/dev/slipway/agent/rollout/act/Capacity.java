package dev.slipway.agent.rollout.act;

import dev.slipway.agent.rollout.sight.Shown;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Observed;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The guard of the last server: nothing that serves is taken away unless enough others serve.
 *
 * <p>Behind balancers, their word is what counts. Without one it is what was proven, less what was
 * stopped since. Safe for use by several threads.
 */
public final class Capacity {
  private final int minServing;
  private final Set<Instance> healthy;

  /**
   * Makes the guard of one plan.
   *
   * @param healthy the instances that were seen healthy before the plan
   */
  public Capacity(int minServing, Collection<Instance> healthy) {
    this.minServing = minServing;
    this.healthy = new TreeSet<>(healthy);
  }

  /** Returns why an instance may not be drained now; nothing if it may. */
  Optional<String> objection(Instance leaving, Map<String, Observed> observed) {
    Set<Instance> serving = new TreeSet<>(Shown.serving(observed));
    boolean getsNothing = observed.values().stream().noneMatch(one -> gets(one, leaving));
    serving.remove(leaving);
    return getsNothing ? Optional.empty() : shortage(leaving, serving);
  }

  /** Returns why an instance that is drained may not be stopped now; nothing if it may. */
  Optional<String> objectionToStop(Instance leaving, Map<String, Observed> observed) {
    Set<Instance> serving = new TreeSet<>(Shown.serving(observed));
    serving.remove(leaving);
    return isHealthy(leaving) ? shortage(leaving, serving) : Optional.empty();
  }

  /** Takes an instance off the list if enough others are on it; where there is no balancer. */
  synchronized Optional<String> leave(Instance leaving) {
    Set<Instance> others = new TreeSet<>(healthy);
    if (!others.remove(leaving)) {
      return Optional.empty();
    }
    Optional<String> shortage = shortage(leaving, others);
    if (shortage.isEmpty()) {
      healthy.remove(leaving);
    }
    return shortage;
  }

  synchronized void prove(Instance instance) {
    healthy.add(instance);
  }

  synchronized void lose(Instance instance) {
    healthy.remove(instance);
  }

  synchronized Set<Instance> healthy() {
    return new TreeSet<>(healthy);
  }

  private synchronized boolean isHealthy(Instance instance) {
    return healthy.contains(instance);
  }

  private static boolean gets(Observed observed, Instance instance) {
    Observed.Seen seen = observed.members().get(instance);
    return seen != null && seen.gets();
  }

  private Optional<String> shortage(Instance leaving, Set<Instance> others) {
    return others.size() >= minServing
        ? Optional.empty()
        : Optional.of(
            "without %s only %d would serve %s, and at least %d must"
                .formatted(leaving, others.size(), others, minServing));
  }
}
