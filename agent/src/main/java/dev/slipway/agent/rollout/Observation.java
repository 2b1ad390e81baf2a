package dev.slipway.agent.rollout;

import dev.slipway.agent.rollout.sight.Agreement;
import dev.slipway.agent.rollout.sight.Shown;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

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

    /** Returns how balancers in front of one role differ from what they are to agree on. */
    public List<String> splits() {
      return roles.stream().flatMap(of -> of.differences().stream()).toList();
    }

    /** Returns why balancers that disagree cannot be brought to agree; empty if they can. */
    public List<String> obstacles() {
      return roles.stream().flatMap(of -> of.obstacles().stream()).toList();
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

    /** Where nothing is stable, nobody can tell which of them is right. */
    boolean isSplit() {
      return situation.traffic().isPresent()
          && situation.stable().isPresent()
          && agreement().isSplit();
    }

    private Agreement agreement() {
      return new Agreement(situation.states(), situation.stable(), balancers);
    }

    private List<String> differences() {
      return isSplit()
          ? balancers.entrySet().stream().flatMap(this::differences).toList()
          : List.of();
    }

    private Stream<String> differences(Map.Entry<String, Observed> balancer) {
      return Shown.differences(balancer.getValue(), situation.traffic().orElseThrow()).stream()
          .map(difference -> "%s: %s".formatted(balancer.getKey(), difference));
    }

    private List<String> obstacles() {
      return isSplit()
          ? Stream.concat(unproven(), situation.traffic().stream().flatMap(this::missing)).toList()
          : List.of();
    }

    private Stream<String> unproven() {
      return agreement().unproven().stream()
          .map("%s is not proven, and the others cannot stand in for it"::formatted);
    }

    private Stream<String> missing(Traffic traffic) {
      return traffic.serving().stream()
          .flatMap(instance ->
              balancers.entrySet().stream()
                  .filter(balancer -> !balancer.getValue().members().containsKey(instance))
                  .map(balancer ->
                      "balancer %s has no server for %s; add it to its configuration"
                          .formatted(balancer.getKey(), instance)));
    }
  }

  /** A balancer cannot be asked, so that nobody knows who gets requests. */
  record Blind(List<String> reasons) implements Observation {
    public Blind {
      reasons = List.copyOf(reasons);
    }
  }
}
