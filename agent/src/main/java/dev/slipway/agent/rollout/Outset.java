package dev.slipway.agent.rollout;

import dev.slipway.agent.rollout.act.Capacity;
import dev.slipway.agent.rollout.act.Pool;
import dev.slipway.agent.rollout.act.Setting;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Plan.Serving;
import dev.slipway.strategies.plan.Situation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a plan sets out from: who is healthy, and what each pool need not be asked again. */
final class Outset {
  private Outset() {}

  static Map<String, Setting.Post> posts(
      Observation observation, Plan plan, Fleet fleet, Map<String, Pool> pools) {
    Set<Instance> healthy = healthy(observation, fleet);
    var posts = new HashMap<String, Setting.Post>();
    pools.forEach((role, pool) -> {
      List<Instance> own =
          healthy.stream().filter(instance -> instance.role().equals(role)).toList();
      int minimum = Optional.ofNullable(plan.roles().get(role)).map(Serving::minimum).orElse(0);
      posts.put(role, new Setting.Post(pool, new Capacity(minimum, own)));
    });
    return posts;
  }

  /** Lets each pool know what its balancers have just said. */
  static void tell(Map<String, Pool> pools, Observation.Seen seen) {
    for (Observation.OfRole of : seen.roles()) {
      Optional.ofNullable(pools.get(of.situation().role().name()))
          .ifPresent(pool -> pool.saw(of.balancers(), seen.generations()));
    }
  }

  /** If nobody can say who is healthy, everybody counts, so that nobody goes unguarded. */
  private static Set<Instance> healthy(Observation observation, Fleet fleet) {
    var instances = new TreeSet<Instance>();
    switch (observation) {
      case Observation.Seen seen ->
          seen.situations().stream()
              .map(Situation::states)
              .flatMap(states -> states.entrySet().stream())
              .filter(entry -> entry.getValue().condition() == Condition.HEALTHY)
              .forEach(entry -> instances.add(entry.getKey()));
      case Observation.Blind _ ->
          fleet.application().roles().forEach(role -> instances.addAll(fleet.instances(role)));
    }
    return instances;
  }
}
