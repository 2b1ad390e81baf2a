package dev.slipway.agent.host;

import dev.slipway.strategies.fleet.Host;

/** Where machines come from; one connection per machine is kept alive until this is closed. */
public interface Machines extends AutoCloseable {

  /** Returns the machine of a host. Nothing is connected before the first use. */
  Machine machine(Host host);

  @Override
  void close();
}
