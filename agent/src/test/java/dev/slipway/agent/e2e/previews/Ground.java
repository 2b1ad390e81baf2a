package dev.slipway.agent.e2e.previews;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** The hosts and the balancer of {@link Branches}, and what of previews is found there. */
interface Ground {
  /** How many ports there are for previews. */
  int PORTS = 5;

  /** Returns the environment's hosts and how they are reached, as it stands under {@code spec}. */
  String hosts();

  /** Returns the kind of the balancer, as it stands in the environment. */
  String balancer();

  /** Returns what more the application says of the balancer, after its name. */
  String reference();

  /** Returns the variables of the application, as a mapping. */
  String variables();

  /** Returns the domain of each preview, with what tells it from others. */
  String domain();

  int firstPort();

  /** Returns the directory and the service of the application, as they stand under {@code spec}. */
  String service();

  /** Returns what more the agent's own file lets the environment use, after its hosts. */
  String bounds();

  /** Returns where requests for a preview go, with its domain as the host. */
  InetSocketAddress front(String slug);

  /** Returns the processes that a preview has. */
  List<String> processes(String slug);

  /** Returns the port of each preview, by its slug. */
  Map<String, Integer> ports();

  /** Nothing that a preview had is there any more. */
  void assertNothingLeft(String slug);
}
