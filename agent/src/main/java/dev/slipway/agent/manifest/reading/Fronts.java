package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.bounds.Bounds;
import dev.slipway.agent.manifest.bounds.Claims;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.BalancerEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Front;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Placement;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The balancers in front of a role, and the server of each of its instances in them. */
final class Fronts {
  private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");
  private static final Pattern TCP = Pattern.compile("tcp://(.*):([0-9]+)");

  private final Scope scope;
  private final Inventory inventory;
  private final Claims claims;
  private final List<Problem> problems;
  private final Map<String, String> backends = new HashMap<>();

  Fronts(Scope scope, Inventory inventory, Claims claims, List<Problem> problems) {
    this.scope = scope;
    this.inventory = inventory;
    this.claims = claims;
    this.problems = problems;
  }

  List<Deployment.Front> of(Placement placement, Fleet fleet, Role role) {
    if (!placement.balancers().isEmpty() && !hasPorts(role)) {
      problems.add(
          placement
              .place()
              .problem("stands behind a balancer and has no port", "give the application a port"));
      return List.of();
    }
    return placement.balancers().stream()
        .flatMap(front -> front(front, fleet, role).stream())
        .toList();
  }

  private static boolean hasPorts(Role role) {
    return role.slots().stream().allMatch(slot -> slot.port().isPresent());
  }

  private Optional<Deployment.Front> front(Front front, Fleet fleet, Role role) {
    Optional<BalancerEntry> entry =
        scope.environment().balancers().stream()
            .filter(balancer -> balancer.name().text().equals(front.name().text()))
            .findFirst();
    if (entry.isEmpty()) {
      problems.add(
          front
              .name()
              .place()
              .problem(
                  "there is no balancer '%s' in this environment".formatted(front.name()),
                  "use one of " + known()));
    }
    return entry.map(
        found -> new Deployment.Front(role.name(), spec(found), route(front, fleet, role)));
  }

  private String known() {
    List<String> names =
        scope.environment().balancers().stream().map(found -> found.name().text()).toList();
    return names.isEmpty() ? "its balancers; there is none yet" : String.join(", ", names);
  }

  private BalancerSpec spec(BalancerEntry entry) {
    return switch (entry) {
      case BalancerEntry.Haproxy haproxy -> haproxy(haproxy);
      case BalancerEntry.Edge(var name, var control, var listen) ->
          new BalancerSpec.Edge(name.text(), control, listen);
    };
  }

  private BalancerSpec haproxy(BalancerEntry.Haproxy haproxy) {
    Located socket = haproxy.socket();
    var tcp = TCP.matcher(socket.text());
    if (tcp.matches()
        && !new Bounds(scope.bound()).allowsHost(tcp.group(1).replaceAll("[\\[\\]]", ""))) {
      problems.add(
          socket
              .place()
              .problem(
                  "socket %s is not in the bounds of environment '%s'"
                      .formatted(socket, scope.bound().name()),
                  "the agent's own file allows " + String.join(", ", scope.bound().hosts())));
    }
    if (tcp.matches() && haproxy.group().isPresent()) {
      problems.add(socket.place().problem("a TCP socket belongs to no group", "remove group"));
    }
    List<Host> hosts =
        haproxy.group().map(group -> inventory.group(group, problems)).orElse(List.of());
    return new BalancerSpec.Haproxy(
        haproxy.name().text(), hosts, socket.text(), haproxy.master(), haproxy.stateDirectory());
  }

  /** What a role makes true of a backend would undo what another one did there. */
  private void checkBackend(Front front, String backend, Fleet fleet, Role role) {
    String name = "backend '%s' of balancer '%s'".formatted(backend, front.name());
    String first = backends.putIfAbsent(name, role.name());
    if (first != null && !first.equals(role.name())) {
      problems.add(
          front
              .name()
              .place()
              .problem(
                  "%s is role '%s''s already, and '%s' of '%s' needs one of its own"
                      .formatted(name, first, role.name(), fleet.application().name()),
                  "write backend: with another name"));
    }
  }

  /** What a variable brought in may be no name, and would then be a command to the balancer. */
  private String named(String name, Place place) {
    if (!SERVER.matcher(name).matches() && !name.contains("{{")) {
      var problem =
          place.problem(
              "%s is not a server name".formatted(Shown.text(name)),
              "use letters, digits and _.:-, also in the names and regions of hosts");
      if (!problems.contains(problem)) {
        problems.add(problem);
      }
    }
    return name;
  }

  private Route route(Front front, Fleet fleet, Role role) {
    String backend = front.backend().map(Located::text).orElse(fleet.application().name());
    checkBackend(front, backend, fleet, role);
    Place place = front.server().map(Located::place).orElse(front.name().place());
    String pattern =
        front
            .server()
            .map(Located::text)
            .orElse(role.slots().size() > 1 ? "{{host.name}}-{{slot}}" : "{{host.name}}");
    var templates = new Templates(problems);
    var context = Map.of("environment", fleet.environment());
    var servers = new TreeMap<Instance, Route.Server>();
    for (Host host : fleet.hosts(role)) {
      for (Slot slot : role.slots()) {
        var values = Templates.of(host, slot, role.name(), context);
        String name = named(templates.fill(place, pattern, values), place);
        claims.server(
            "backend '%s' of balancer '%s'".formatted(backend, front.name()),
            "server '%s'".formatted(name),
            "'%s'".formatted(fleet.application().name()),
            place,
            problems);
        servers.put(
            new Instance(host.name(), role.name(), slot.name()),
            new Route.Server(name, host.address(), slot.port().orElse(1)));
      }
    }
    return new Route(backend, servers);
  }
}
