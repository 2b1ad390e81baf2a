package dev.slipway.agent.rollout.act;

import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.manifest.Deployment;

/** Where grounds come from. */
public interface Grounds {

  /** Opens what a deployment stands on. Nothing is connected before the first use. */
  Ground open(Deployment deployment, Epoch epoch);
}
