package dev.slipway.agent.rollout.act;

import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.probe.Prober;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;

/** What every interpreter of one rollout works with. */
public record Setting(
    Fleet fleet,
    Role role,
    Ground ground,
    Deliveries deliveries,
    ArtifactStore artifacts,
    Prober prober,
    Limits limits) {

  Site site(Instance instance) {
    return ground.site(fleet.host(instance));
  }
}
