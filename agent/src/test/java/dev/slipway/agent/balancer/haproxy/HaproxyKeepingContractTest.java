package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.RoutingContract;
import dev.slipway.agent.balancer.Subject.Memory;
import java.nio.file.Path;

/**
 * Goal: HAProxy that reads the state of its servers when it starts remembers what it was told.
 * Method: the contract on a real one, with the lines in its configuration that the documentation
 * asks for.
 */
class HaproxyKeepingContractTest extends RoutingContract<HaproxyContractTest.Checked> {
  @Override
  protected HaproxyContractTest.Checked open(Path directory) {
    return new HaproxyContractTest.Checked(new Shop(directory).keepingState(), Memory.KEEPS);
  }
}
