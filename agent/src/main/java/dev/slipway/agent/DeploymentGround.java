package dev.slipway.agent;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.kinds.BalancerKinds;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Adopted;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.SiteEnvironment;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.http.Calls;
import dev.slipway.agent.http.Queries;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.metrics.Program;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.gate.Webhooks;
import dev.slipway.agent.rollout.judge.Sources;
import dev.slipway.agent.rollout.judge.Tallies;
import dev.slipway.agent.secret.Vault;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The sites and balancers of one deployment, with one connection for each machine. */
final class DeploymentGround implements Ground {
  private static final Host HERE =
      new Host("localhost", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());

  private final Deployment deployment;
  private final Epoch epoch;
  private final Sites sites;
  private final Machines machines;
  private final Map<String, List<Balancer>> balancers = new TreeMap<>();
  private final Optional<Adopted> adopted;
  private final Vault vault;
  private final Sources numbers;
  private final Webhooks webhooks;
  private final Map<Place, Site> opened = new ConcurrentHashMap<>();

  DeploymentGround(
      Deployment deployment,
      Epoch epoch,
      Sites sites,
      Optional<Adopted> adopted,
      Vault vault,
      Queries queries,
      Calls calls,
      List<Program> programs,
      Tallies tallies) {
    this.adopted = adopted;
    this.vault = vault;
    this.deployment = deployment;
    this.epoch = epoch;
    this.sites = sites;
    this.machines = Machines.open(deployment.ssh());
    this.webhooks = new DeploymentWebhooks(calls, vault);
    this.numbers =
        new DeploymentNumbers(
            deployment, balancers, queries, vault, programs, machines.machine(HERE), tallies);
    for (Deployment.Front front : deployment.fronts()) {
      balancers
          .computeIfAbsent(front.role(), _ -> new ArrayList<>())
          .addAll(BalancerKinds.of(rights()).open(front.balancer(), front.route(), machines));
    }
  }

  @Override
  public Site site(Instance instance) {
    Place place = place(instance);
    return opened.computeIfAbsent(place, _ -> open(machine(place.host()), place));
  }

  private Site open(Machine machine, Place place) {
    Site site = sites.open(machine, place, epoch);
    return adopted.map(release -> Sites.adopted(site, place, release)).orElse(site);
  }

  @Override
  public Machine machine(Host host) {
    return machines.machine(host);
  }

  @Override
  public List<Balancer> balancers(Role role) {
    return List.copyOf(balancers.getOrDefault(role.name(), List.of()));
  }

  @Override
  public Sources metrics() {
    return numbers;
  }

  @Override
  public Webhooks webhooks() {
    return webhooks;
  }

  @Override
  public Map<String, String> variables(Instance instance, Release release) {
    return place(instance).variables(deployment.fleet().slot(instance), release);
  }

  @Override
  public Digest environment(Instance instance, Release release) {
    return adopted.filter(one -> one.release().digest().equals(release.digest())).isPresent()
        ? SiteEnvironment.NONE
        : furnished(place(instance), deployment.fleet().slot(instance), release);
  }

  /** What cannot be furnished is not on any host either. */
  private static Digest furnished(Place place, Slot slot, Release release) {
    return switch (place.environment(slot, release)) {
      case Place.Furnished.With(var environment) -> environment.digest();
      case Place.Furnished.Lacking(var reason) -> Digest.of("lacking " + reason);
    };
  }

  /** Makes everything obey this agent and no other; returns what came of it, by name. */
  Map<String, Act> takeOver() {
    var acts = new TreeMap<String, Act>();
    for (Instance one : deployment.fleet().oneOfEachHost()) {
      Place place = place(one);
      acts.put("host " + one.host(), sites.takeOver(machine(place.host()), place, epoch));
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
    balancers.values().forEach(opened -> opened.forEach(Balancer::close));
    machines.close();
  }

  private Place place(Instance instance) {
    Fleet fleet = deployment.fleet();
    Host host = fleet.host(instance);
    return new Place(
        fleet.application(),
        fleet.role(instance),
        fleet.rolesOn(host),
        host,
        deployment.variables(),
        become(host),
        vault);
  }

  /** On the agent's own machine the agent's own rights are all that there is. */
  private SshSettings.Become become(Host host) {
    return host.reach() == Reach.LOCAL ? SshSettings.Become.NONE : rights();
  }

  private SshSettings.Become rights() {
    return deployment.ssh().map(SshSettings::become).orElse(SshSettings.Become.NONE);
  }
}
