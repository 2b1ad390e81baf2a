package dev.slipway.agent.balancer;

import dev.slipway.agent.host.Machines;

/** Where balancers come from. */
public interface Balancers {

  /** Returns the balancer for a route. Nothing is connected before the first use. */
  Balancer open(BalancerSpec spec, Route route, Machines machines);
}
