package dev.slipway.agent.manifest;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one commit asks of one application in one environment.
 *
 * @param revision the commit that the release comes from
 * @param ssh how hosts are reached; empty if all are local
 * @param fronts what stands in front of the roles; may be empty
 * @param unreachableMax how many hosts that cannot be reached are skipped; empty means as many as
 *     the strategy lets be unavailable
 * @param maxConcurrentRollouts how many rollouts of the environment may run side by side
 * @param receivers who is told what becomes of its rollouts
 * @param prometheus who knows numbers about its requests, beside its balancers
 */
public record Deployment(
    Target target,
    String branch,
    String revision,
    Fleet fleet,
    ReleaseSpec release,
    Strategy strategy,
    Optional<SshSettings> ssh,
    List<Front> fronts,
    Optional<Integer> unreachableMax,
    OnNewRevision onNewRevision,
    int maxConcurrentRollouts,
    List<Receiver> receivers,
    Optional<PrometheusSpec> prometheus) {
  public Deployment {
    fronts = List.copyOf(fronts);
    receivers = List.copyOf(receivers);
  }

  /** Returns whether a rollout of the same release would be the same work. */
  public boolean isDoneLike(Deployment other) {
    return fleet.equals(other.fleet)
        && strategy.equals(other.strategy)
        && ssh.equals(other.ssh)
        && fronts.equals(other.fronts)
        && unreachableMax.equals(other.unreachableMax)
        && prometheus.equals(other.prometheus);
  }

  /** Returns the same on other hosts, and with this in front of them. */
  public Deployment on(Fleet hosts, List<Front> before) {
    return new Deployment(
        target,
        branch,
        revision,
        hosts,
        release,
        strategy,
        ssh,
        before,
        unreachableMax,
        onNewRevision,
        maxConcurrentRollouts,
        receivers,
        prometheus);
  }

  /** Returns what templates are filled with, whatever the host. */
  public Map<String, String> variables() {
    return Map.of(
        "environment", target.environment(), "branch", branch, "branch.slug", Slug.of(branch));
  }

  /** Returns where the application lies on a host. */
  public String deployPath(Host host) {
    var values = new HashMap<>(variables());
    values.put("host.name", host.name());
    values.put("host.address", host.address());
    values.put("host.region", host.region().orElse(""));
    values.put("region", host.region().orElse(""));
    return new Template(fleet.application().deployPath()).fill(values);
  }

  /** Returns what is kept of it while it is a preview. */
  public Preview asPreview() {
    return new Preview(target, branch, Preview.ports(fleet.application().roles()));
  }

  /** A balancer and where a role stands in it, by the role's name. */
  public record Front(String role, BalancerSpec balancer, Route route) {}

  /** What a commit does to a rollout that runs. */
  public enum OnNewRevision {
    /** The newer commit wins at the next safe point. */
    SUPERSEDE,
    /** The rollout ends first. A revert supersedes all the same. */
    FINISH
  }
}
