package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Machines;
import java.util.Optional;

/** Goal: the contract, on the machine of the agent itself. Method: the real script, run locally. */
class LocalSiteTest extends RealSiteContract {
  private final Machines machines = Machines.open(Optional.empty());

  @Override
  Machines machines() {
    return machines;
  }
}
