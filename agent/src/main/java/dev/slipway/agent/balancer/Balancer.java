package dev.slipway.agent.balancer;

import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Set;

/**
 * One balancer in front of one role of one application: one verb and one question.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface Balancer extends AutoCloseable {

  /** Returns the name that the environment gave it. */
  String name();

  /** Returns what it can do. */
  Set<Capability> capabilities();

  /** Makes the traffic true, members that gain before members that lose, and reads it back. */
  Answer make(Traffic wanted, Epoch epoch);

  /** Reads what is true; changes nothing. */
  Answer observe();

  @Override
  void close();
}
