package dev.slipway.agent.reconcile;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.manifest.Deployment;
import java.util.Map;

/** How hosts and balancers are made to obey this agent, whatever agent they obeyed before. */
public interface Takeovers {

  /** Takes over everything that a deployment stands on; returns what came of it, by name. */
  Map<String, Act> of(Deployment deployment);
}
