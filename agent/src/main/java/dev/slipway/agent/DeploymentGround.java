package dev.slipway.agent;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.kinds.BalancerKinds;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.SiteEnvironment;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The sites and balancers of one deployment, with one connection for each machine. */
final class DeploymentGround implements Ground {
  private final Deployment deployment;
  private final Epoch epoch;
  private final Sites sites;
  private final Machines machines;
  private final List<Balancer> balancers;
  private final Map<Host, Site> opened = new ConcurrentHashMap<>();

  DeploymentGround(Deployment deployment, Epoch epoch, Sites sites) {
    this.deployment = deployment;
    this.epoch = epoch;
    this.sites = sites;
    this.machines = Machines.open(deployment.ssh());
    this.balancers =
        deployment.fronts().stream()
            .flatMap(front ->
                BalancerKinds.of(rights()).open(front.balancer(), front.route(), machines).stream())
            .toList();
  }

  @Override
  public Site site(Host host) {
    return opened.computeIfAbsent(host, _ -> sites.open(machine(host), place(host), epoch));
  }

  @Override
  public Machine machine(Host host) {
    return machines.machine(host);
  }

  @Override
  public List<Balancer> balancers() {
    return balancers;
  }

  @Override
  public Map<String, String> variables(Instance instance, Release release) {
    return place(deployment.fleet().host(instance))
        .variables(deployment.fleet().slot(instance), release);
  }

  @Override
  public Digest environment(Instance instance, Release release) {
    Host host = deployment.fleet().host(instance);
    return SiteEnvironment.of(release, host, deployment.fleet().slot(instance)).digest();
  }

  /** Makes everything obey this agent and no other; returns what came of it, by name. */
  Map<String, Act> takeOver() {
    var acts = new TreeMap<String, Act>();
    var application = deployment.fleet().application();
    for (Host host : deployment.fleet().hosts(application.judged())) {
      acts.put("host " + host.name(), sites.takeOver(machine(host), place(host), epoch));
    }
    for (Deployment.Front front : deployment.fronts()) {
      BalancerKinds.takeOver(front.balancer(), machines, rights(), epoch)
          .forEach((name, act) -> acts.put("balancer " + name, act));
    }
    return acts;
  }

  /** Returns the lines that the configuration of each balancer lacks, by its name. */
  Map<String, List<String>> lacking() {
    var lacking = new TreeMap<String, List<String>>();
    for (Deployment.Front front : deployment.fronts()) {
      lacking.putAll(BalancerKinds.lacking(front.balancer(), front.route(), machines));
    }
    return lacking;
  }

  @Override
  public void close() {
    balancers.forEach(Balancer::close);
    machines.close();
  }

  private Place place(Host host) {
    var application = deployment.fleet().application();
    return new Place(
        application,
        application.judged(),
        host,
        Map.of("environment", deployment.target().environment(), "branch", deployment.branch()),
        become(host));
  }

  /** On the agent's own machine the agent's own rights are all that there is. */
  private SshSettings.Become become(Host host) {
    return host.reach() == Reach.LOCAL ? SshSettings.Become.NONE : rights();
  }

  private SshSettings.Become rights() {
    return deployment.ssh().map(SshSettings::become).orElse(SshSettings.Become.NONE);
  }
}
