package dev.slipway.agent.manifest.links;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.bounds.Address;
import dev.slipway.agent.manifest.bounds.Bounds;
import dev.slipway.agent.manifest.bounds.Claims;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.BalancerEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Front;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The link that a role's static site is served from, on each of its hosts. */
public final class Links {
  private final Fleet fleet;
  private final Role role;
  private final List<Problem> problems;
  private final Filling filling;

  public Links(Fleet fleet, Role role, List<Problem> problems, Filling filling) {
    this.fleet = fleet;
    this.role = role;
    this.problems = problems;
    this.filling = filling;
  }

  /** Fills a text with what is known of a host; what has no value is noted as a problem. */
  public interface Filling {
    String fill(Place place, String text, Host host);
  }

  /** Returns the link on each host, each of which is claimed for the role alone. */
  public BalancerSpec.Symlink of(BalancerEntry.Symlink symlink, Bound bound, Claims claims) {
    Located link = symlink.link();
    var links = new ArrayList<BalancerSpec.Link>();
    for (Host host : fleet.hosts(role)) {
      String path = filling.fill(link.place(), link.text(), host);
      check(link.place(), path, host, bound);
      claims.thing(
          Address.machine(host),
          "link %s".formatted(Shown.text(path)),
          "role '%s' of '%s'".formatted(role.name(), fleet.application().name()),
          link.place(),
          problems);
      links.add(new BalancerSpec.Link(host, path));
    }
    return new BalancerSpec.Symlink(symlink.name().text(), links);
  }

  private void check(Place place, String path, Host host, Bound bound) {
    if (!new Bounds(bound).allowsDirectory(path)) {
      add(
          place.problem(
              "%s is outside allowed base %s"
                  .formatted(Shown.text(path), String.join(", ", bound.deployPaths())),
              "use a path below, or name its base as deployPaths in the agent's own file"));
    }
    if (role.slots().stream().anyMatch(slot -> directory(place, host, slot).equals(path))) {
      add(
          place.problem(
              "%s is the link of a slot itself".formatted(Shown.text(path)),
              "use another name beside it, such as live"));
    }
  }

  /** Returns where slots lie, which is all that a link needs to know of them. */
  public Route route(Front front) {
    Stream.of(front.backend(), front.server())
        .flatMap(Optional::stream)
        .forEach(written ->
            add(
                written
                    .place()
                    .problem("a link has no backends and no servers", "write its name alone")));
    var servers = new TreeMap<Instance, Route.Server>();
    for (Host host : fleet.hosts(role)) {
      for (Slot slot : role.slots()) {
        servers.put(
            new Instance(host.name(), role.name(), slot.name()),
            new Route.Server(
                directory(front.name().place(), host, slot),
                host.address(),
                slot.port().orElse(1)));
      }
    }
    return new Route(fleet.application().name(), servers);
  }

  private String directory(Place place, Host host, Slot slot) {
    return filling.fill(place, fleet.application().deployPath(), host) + "/" + slot.name();
  }

  private void add(Problem problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }
}
