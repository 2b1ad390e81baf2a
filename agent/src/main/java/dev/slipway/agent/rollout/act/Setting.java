package dev.slipway.agent.rollout.act;

import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.probe.Addressee;
import dev.slipway.agent.probe.Prober;
import dev.slipway.agent.rollout.sight.Processes;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What every interpreter of one plan works with.
 *
 * @param posts the balancers and the guard of each role, by its name
 * @param processes those that earlier rollouts have proven
 */
public record Setting(
    Fleet fleet,
    Map<String, Post> posts,
    Ground ground,
    Deliveries deliveries,
    ArtifactStore artifacts,
    Prober prober,
    Crew crew,
    Processes processes,
    Limits limits) {

  public Setting {
    posts = Collections.unmodifiableMap(new LinkedHashMap<>(posts));
  }

  /** What stands in front of a role, and who guards its last server. */
  public record Post(Pool pool, Capacity capacity) {}

  Site site(Instance instance) {
    return ground.site(instance);
  }

  /** Returns an instance as one that is asked on the occasion of a step, from where health is. */
  Addressee addressee(Instance instance, Site.Occasion occasion) {
    Health.From from =
        switch (role(instance).health()) {
          case Health.Http question -> question.from();
          case Health.Tcp question -> question.from();
          case Health.Exec _, Health.Running _ -> Health.From.HOST;
        };
    return new Addressee(
        ground.machine(fleet.host(instance)),
        fleet.host(instance),
        fleet.slot(instance),
        from,
        Map.of("Slipway-Rollout", occasion.rollout(), "Slipway-Step", occasion.step()));
  }

  Role role(Instance instance) {
    return fleet.role(instance);
  }

  Naming naming() {
    return fleet.naming();
  }

  /** Returns what stands in front of an instance. */
  public Pool pool(Instance instance) {
    return post(instance.role()).pool();
  }

  Capacity capacity(Instance instance) {
    return post(instance.role()).capacity();
  }

  /** Returns the post of a role; a plan names none that its application has not. */
  public Post post(String role) {
    Post post = posts.get(role);
    if (post == null) {
      throw new IllegalArgumentException("there is no role '%s'".formatted(role));
    }
    return post;
  }

  /** Returns those that get their part of the requests as candidates now. */
  Set<Instance> onTrial() {
    return posts.values().stream()
        .flatMap(post -> post.pool().wanted().stream())
        .flatMap(traffic -> traffic.inTrack(Traffic.CANDIDATE).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Tells balancers again what they forgot. */
  public void refresh() {
    posts.values().forEach(post -> post.pool().refresh());
  }
}
