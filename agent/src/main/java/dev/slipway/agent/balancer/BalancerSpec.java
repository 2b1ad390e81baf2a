package dev.slipway.agent.balancer;

import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A balancer as an environment describes it. */
public sealed interface BalancerSpec {
  /** Returns the name that applications refer to. */
  String name();

  /** Returns whether it can be asked without a connection to another host. */
  boolean isNear();

  /**
   * HAProxy, steered through its runtime API.
   *
   * @param hosts the machines that the socket is on; empty means the agent's own
   * @param socket path of the Unix socket, or {@code tcp://address:port}, which cannot be fenced
   * @param master path of the master's socket, over which former workers are seen after a reload
   * @param stateDirectory where the state of servers outlives the process; empty means {@link
   *     #states()}
   */
  record Haproxy(
      String name,
      List<Host> hosts,
      String socket,
      Optional<String> master,
      Optional<String> stateDirectory)
      implements BalancerSpec {
    public Haproxy {
      hosts = List.copyOf(hosts);
    }

    /** One whose former workers are not seen, and whose state lies beside the socket. */
    public Haproxy(String name, List<Host> hosts, String socket) {
      this(name, hosts, socket, Optional.empty(), Optional.empty());
    }

    /** Returns the directory that holds one file of state for each backend. */
    public String states() {
      return stateDirectory.orElse(socket + ".slipway/state");
    }

    @Override
    public boolean isNear() {
      return hosts.stream().allMatch(host -> host.reach() == Reach.LOCAL);
    }
  }

  /**
   * Nginx, steered by a file that its configuration includes.
   *
   * @param hosts the machines that it runs on; empty means the agent's own
   * @param file path of the file that Slipway owns
   * @param config path of the main configuration; empty if nginx knows it by itself
   * @param status where the running configuration tells what it holds, as {@code address:port}
   * @param maxFails so many failures within ten seconds take a server out for as long; 0 is never
   * @param accessLog path of the log in which nginx tells what each server answered; without it
   *     nobody counts
   */
  record Nginx(
      String name,
      List<Host> hosts,
      String file,
      Optional<String> config,
      String status,
      int maxFails,
      Optional<String> accessLog)
      implements BalancerSpec {
    /** An address of the machine's own; upstreams share it, for each has a name of its own. */
    public static final String STATUS = "127.0.0.1:8079";

    /** One request that fails, slow as it may have been, is no reason to lose a server. */
    public static final int MAX_FAILS = 3;

    /** A colon in the name of an upstream would make a port of what follows. */
    private static final Pattern UPSTREAM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,200}");

    private static final Pattern ADDRESS =
        Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}|[0-9A-Fa-f:]{2,45}");

    public Nginx {
      hosts = List.copyOf(hosts);
    }

    /** Returns whether nginx can have an upstream of this name. */
    public static boolean isUpstream(String name) {
      return UPSTREAM.matcher(name).matches();
    }

    /** Returns whether this can be the address of a server of nginx, and nothing else. */
    public static boolean isAddress(String text) {
      return ADDRESS.matcher(text).matches();
    }

    /** One that is told what is usual. */
    public Nginx(String name, List<Host> hosts, String file) {
      this(name, hosts, file, Optional.empty(), STATUS, MAX_FAILS, Optional.empty());
    }

    @Override
    public boolean isNear() {
      return hosts.stream().allMatch(host -> host.reach() == Reach.LOCAL);
    }
  }

  /**
   * Slipway's own reverse proxy on this machine.
   *
   * @param control path of its Unix socket
   * @param listen where it takes requests, as {@code address:port}; empty if the process decides
   */
  record Edge(String name, String control, Optional<String> listen) implements BalancerSpec {
    @Override
    public boolean isNear() {
      return true;
    }
  }

  /**
   * The links that a static site is served from, one for each of its hosts.
   *
   * @param links one for each host of the role
   */
  record Symlink(String name, List<Link> links) implements BalancerSpec {
    public Symlink {
      links = List.copyOf(links);
    }

    /** Returns this one with the links of some hosts of a former one besides. */
    public Symlink and(Symlink former, Set<String> leaving) {
      var all = new ArrayList<>(links);
      former.links().stream()
          .filter(link -> leaving.contains(link.host().name()))
          .filter(link -> links.stream().noneMatch(one -> one.host().equals(link.host())))
          .forEach(all::add);
      return new Symlink(name, all);
    }

    @Override
    public boolean isNear() {
      return links.stream().allMatch(link -> link.host().reach() == Reach.LOCAL);
    }
  }

  /**
   * Istio, steered through a VirtualService.
   *
   * @param kubeconfig the file that says which cluster it is, and who asks
   * @param namespace of both objects
   * @param virtualService the name of that whose http route is steered
   * @param destinationRule the name of that whose subsets are the members
   */
  record Istio(
      String name, Path kubeconfig, String namespace, String virtualService, String destinationRule)
      implements BalancerSpec {
    /** Returns which object it is, of all in all clusters. */
    public String where() {
      return "VirtualService %s/%s by %s".formatted(namespace, virtualService, kubeconfig);
    }

    @Override
    public boolean isNear() {
      return false;
    }
  }

  /** The link on one host, whose target is what is served there. */
  record Link(Host host, String path) {}
}
