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
   * It was looked at; hosts that cannot be asked are in the situations as unreachable.
   *
   * @param roles what was seen of each role, the judged one first
   * @param remarks why an instance is unhealthy, stopped or unreachable, for people
   * @param generations of each balancer, by its name; another one means that it was restarted
   * @param dead the balancers that were passed over because they carry nothing, with the proof
   */
  record Seen(
      List<OfRole> roles,
      Map<Instance, String> remarks,
      Map<String, String> generations,
      List<String> dead)
      implements Observation {
    public Seen {
      roles = List.copyOf(roles);
      remarks = Collections.unmodifiableMap(new TreeMap<>(remarks));
      generations = Collections.unmodifiableMap(new TreeMap<>(generations));
      dead = List.copyOf(dead);
    }

    /** Returns what there is to plan from, one situation for each role. */
    public List<Situation> situations() {
      return roles.stream().map(OfRole::situation).toList();
    }
  }

  /**
   * What was seen of one role.
   *
   * @param balancers what each balancer in front of it says, by its name
   */
  record OfRole(Situation situation, Map<String, Observed> balancers) {
    public OfRole {
      balancers = Collections.unmodifiableMap(new TreeMap<>(balancers));
    }
  }

  /** A balancer cannot be asked, so that nobody knows who gets requests. */
  record Blind(List<String> reasons) implements Observation {
    public Blind {
      reasons = List.copyOf(reasons);
    }
  }
}
