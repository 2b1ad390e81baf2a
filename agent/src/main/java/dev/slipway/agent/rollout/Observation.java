package dev.slipway.agent.rollout;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Observed;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came of looking at everything that a deployment stands on. */
public sealed interface Observation {

  /**
   * It was looked at; hosts that cannot be asked are in the situation as unreachable.
   *
   * @param remarks why an instance is unhealthy, stopped or unreachable, for people
   * @param balancers what each balancer says, by its name
   * @param generations of each balancer, by its name; another one means that it was restarted
   */
  record Seen(
      Situation situation,
      Map<Instance, String> remarks,
      Map<String, Observed> balancers,
      Map<String, String> generations)
      implements Observation {
    public Seen {
      remarks = Collections.unmodifiableMap(new TreeMap<>(remarks));
      balancers = Collections.unmodifiableMap(new TreeMap<>(balancers));
      generations = Collections.unmodifiableMap(new TreeMap<>(generations));
    }
  }

  /** A balancer cannot be asked, so that nobody knows who gets requests. */
  record Blind(List<String> reasons) implements Observation {
    public Blind {
      reasons = List.copyOf(reasons);
    }
  }
}
