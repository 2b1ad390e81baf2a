package dev.slipway.agent.probe;

import dev.slipway.agent.host.Machine;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Slot;
import java.util.Map;

/** Asks an instance once how it does. Safe for use by several threads. */
public interface Prober {

  /**
   * Asks one health question and waits for the answer, no longer than the check's time-out.
   *
   * @param variables what templates in the question are filled with
   */
  Checked check(
      Health health, Machine machine, Host host, Slot slot, Map<String, String> variables);
}
