package dev.slipway.agent.probe;

import dev.slipway.agent.host.Machine;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Slot;
import java.util.Map;

/**
 * Who is asked, and from where.
 *
 * @param headers sent with every question, whatever it has of its own
 */
public record Addressee(
    Machine machine, Host host, Slot slot, Health.From from, Map<String, String> headers) {
  public Addressee {
    headers = Map.copyOf(headers);
  }
}
