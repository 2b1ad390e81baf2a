package dev.slipway.agent.host;

import dev.slipway.strategies.fleet.Host;
import java.util.Optional;

/** Where machines come from; one connection per machine is kept alive until this is closed. */
public interface Machines extends AutoCloseable {

  /**
   * Opens the way to local hosts and, with settings, to those over SSH.
   *
   * @param ssh empty if all hosts are local
   */
  static Machines open(Optional<SshSettings> ssh) {
    return new MachinePool(ssh);
  }

  /** Returns the machine of a host. Nothing is connected before the first use. */
  Machine machine(Host host);

  @Override
  void close();
}
