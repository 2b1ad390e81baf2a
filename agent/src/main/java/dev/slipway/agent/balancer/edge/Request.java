package dev.slipway.agent.balancer.edge;

import dev.slipway.agent.host.Epoch;

/** What the edge can be asked over its control socket. */
public sealed interface Request {

  /** Make the pool so, all members at once, and say what is true then. */
  record Make(Epoch epoch, PoolSpec pool) implements Request {}

  /** Say what is true of a pool. */
  record Observe(String pool) implements Request {}

  /** Say what is true of every pool. */
  record Status() implements Request {}

  /** From now on obey this agent and no other. */
  record TakeOver(Epoch epoch) implements Request {}

  /** Drop a pool that no application uses any more. */
  record Forget(Epoch epoch, String pool) implements Request {}
}
