package dev.slipway.agent.rollout.act;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.rollout.gate.Webhooks;
import dev.slipway.agent.rollout.judge.Sources;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import java.util.List;
import java.util.Map;

/**
 * What one deployment stands on: the sites of its hosts and the balancers of its roles, opened for
 * it and closed after it. Safe for use by several threads.
 */
public interface Ground extends AutoCloseable {

  /**
   * Returns the place of an instance's role on its host. Nothing is connected before it is used.
   */
  Site site(Instance instance);

  /** Returns the machine that health questions are asked on. */
  Machine machine(Host host);

  /** Returns every balancer in front of a role; empty if there is none. */
  List<Balancer> balancers(Role role);

  /** Returns where numbers about the requests to its roles come from. */
  Sources metrics();

  /** Returns how its webhooks are called. */
  Webhooks webhooks();

  /** Returns what templates are filled with for this release in this place. */
  Map<String, String> variables(Instance instance, Release release);

  /** Returns the digest of the variables that this release is to have in this place. */
  Digest environment(Instance instance, Release release);

  @Override
  void close();
}
