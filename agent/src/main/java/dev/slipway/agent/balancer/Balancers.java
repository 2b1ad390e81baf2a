package dev.slipway.agent.balancer;

import dev.slipway.agent.host.Machines;
import java.util.List;

/** Where balancers come from. */
public interface Balancers {

  /**
   * Returns the balancers behind a route, one for each machine that one runs on. Nothing is
   * connected before the first use.
   */
  List<Balancer> open(BalancerSpec spec, Route route, Machines machines);
}
