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
import dev.slipway.agent.manifest.kind.PreviewDocument;
import dev.slipway.agent.manifest.links.Links;
import dev.slipway.agent.manifest.preview.Domain;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
    if (placement.balancers().stream().anyMatch(this::asksPorts) && !hasPorts(role)) {
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

  private boolean asksPorts(Front front) {
    return !(entry(front).orElse(null) instanceof BalancerEntry.Symlink);
  }

  private Optional<BalancerEntry> entry(Front front) {
    return scope.environment().balancers().stream()
        .filter(balancer -> balancer.name().text().equals(front.name().text()))
        .findFirst();
  }

  private static boolean hasPorts(Role role) {
    return role.slots().stream().allMatch(slot -> slot.port().isPresent());
  }

  private Optional<Deployment.Front> front(Front front, Fleet fleet, Role role) {
    Optional<BalancerEntry> entry = entry(front);
    if (entry.isEmpty()) {
      problems.add(
          front
              .name()
              .place()
              .problem(
                  "there is no balancer '%s' in this environment".formatted(front.name()),
                  "use one of " + known()));
    }
    return entry.map(found -> {
      BalancerSpec spec = spec(found, fleet, role);
      return new Deployment.Front(role.name(), spec, route(front, found, spec, fleet, role));
    });
  }

  private String known() {
    List<String> names =
        scope.environment().balancers().stream().map(found -> found.name().text()).toList();
    return names.isEmpty() ? "its balancers; there is none yet" : String.join(", ", names);
  }

  private BalancerSpec spec(BalancerEntry entry, Fleet fleet, Role role) {
    return switch (entry) {
      case BalancerEntry.Haproxy haproxy -> haproxy(haproxy);
      case BalancerEntry.Nginx nginx -> nginx(nginx);
      case BalancerEntry.Edge(var name, var control, var listen) ->
          new BalancerSpec.Edge(name.text(), control, listen);
      case BalancerEntry.Symlink symlink -> symlink(symlink, links(fleet, role));
      case BalancerEntry.Istio istio -> istio.spec(scope.secret(istio.secret()));
    };
  }

  private BalancerSpec symlink(BalancerEntry.Symlink symlink, Links links) {
    Located link = symlink.link();
    if (scope.environment().preview().isPresent() && !Templates.tellsBranches(link.text())) {
      add(
          link.place()
              .problem(
                  "link %s would be the same for every preview".formatted(Shown.text(link.text())),
                  "put {{environment}} or {{branch.slug}} into it"));
    }
    return links.of(symlink, scope.bound(), claims);
  }

  private Links links(Fleet fleet, Role role) {
    var templates = new Templates(problems);
    return new Links(
        fleet,
        role,
        problems,
        (place, text, host) ->
            templates.fill(place, text, Templates.of(host, scope.safeVariables())));
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

  private BalancerSpec nginx(BalancerEntry.Nginx nginx) {
    return new BalancerSpec.Nginx(
        nginx.name().text(),
        nginx.group().map(group -> inventory.group(group, problems)).orElse(List.of()),
        nginx.file().text(),
        nginx.config(),
        nginx.status(),
        nginx.maxFails(),
        nginx.accessLog());
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

  private Route route(Front front, BalancerEntry entry, BalancerSpec spec, Fleet fleet, Role role) {
    if (entry instanceof BalancerEntry.Symlink) {
      return links(fleet, role).route(front);
    }
    Place place = front.server().map(Located::place).orElse(front.name().place());
    String pattern =
        front
            .server()
            .map(Located::text)
            .orElse(role.slots().size() > 1 ? "{{host.name}}-{{slot}}" : "{{host.name}}");
    String backend = backend(front, entry, fleet, role, pattern);
    checkBackend(front, backend, fleet, role);
    claimWhole(spec, backend, fleet, role, front.name().place());
    var templates = new Templates(problems);
    var servers = new TreeMap<Instance, Route.Server>();
    for (Host host : fleet.hosts(role)) {
      for (Slot slot : role.slots()) {
        var values = Templates.of(host, slot, role.name(), scope.safeVariables());
        String name = named(templates.fill(place, pattern, values), place);
        claims.server(
            "backend '%s' of balancer '%s'".formatted(backend, front.name()),
            "server '%s'".formatted(name),
            "'%s'".formatted(fleet.application().name()),
            place,
            problems);
        share(spec, backend, name, fleet, place);
        servers.put(
            new Instance(host.name(), role.name(), slot.name()),
            new Route.Server(name, host.address(), slot.port().orElse(1)));
      }
    }
    return new Route(backend, servers);
  }

  /** What is written as a whole belongs to one application, which would take out all others. */
  private void claimWhole(BalancerSpec spec, String backend, Fleet fleet, Role role, Place place) {
    String owner = "'%s'".formatted(fleet.application().name());
    switch (spec) {
      case BalancerSpec.Nginx nginx -> {
        checkNames(backend, place, fleet.hosts(role));
        String where = nginx.hosts().stream().map(Host::address).sorted().toList() + nginx.file();
        String upstream = "upstream '%s'".formatted(backend.toLowerCase(Locale.ROOT));
        claims.thing("nginx " + where, upstream, owner, place, problems);
      }
      case BalancerSpec.Istio istio ->
          claims.thing(istio.where(), "http route '%s'".formatted(backend), owner, place, problems);
      case BalancerSpec.Haproxy _, BalancerSpec.Edge _, BalancerSpec.Symlink _ -> {
        // Their servers and links are claimed one by one.
      }
    }
  }

  /** The pool of an edge is made as a whole, and of HAProxy's backend each server by itself. */
  private void share(BalancerSpec spec, String backend, String server, Fleet fleet, Place place) {
    String owner = "'%s'".formatted(fleet.application().name());
    switch (spec) {
      case BalancerSpec.Edge edge ->
          claims.shared(
              "edge " + edge.control(),
              "pool '%s'".formatted(backend.toLowerCase(Locale.ROOT)),
              owner,
              place,
              problems);
      case BalancerSpec.Nginx _, BalancerSpec.Symlink _, BalancerSpec.Istio _ -> {
        // Nobody shares an upstream, a link or a route, and previews have neither first nor last.
      }
      case BalancerSpec.Haproxy haproxy ->
          claims.shared(
              "HAProxy "
                  + haproxy.hosts().stream().map(Host::address).sorted().toList()
                  + haproxy.socket(),
              "server '%s/%s'".formatted(backend, server),
              owner,
              place,
              problems);
    }
  }

  private void checkNames(String upstream, Place place, List<Host> hosts) {
    if (!BalancerSpec.Nginx.isUpstream(upstream) && !upstream.contains("{{")) {
      add(
          place.problem(
              "%s is not the name of an upstream of nginx".formatted(Shown.text(upstream)),
              "let backend begin with a letter or digit, and use letters, digits and _.- after"
                  + " that"));
    }
    hosts.stream()
        .filter(host -> !BalancerSpec.Nginx.isAddress(host.address()))
        .forEach(host ->
            add(
                place.problem(
                    "the address %s of host '%s' cannot stand in a file of nginx"
                        .formatted(Shown.text(host.address()), host.name()),
                    "use a DNS name or an IP address")));
  }

  private String backend(
      Front front, BalancerEntry entry, Fleet fleet, Role role, String serverPattern) {
    Optional<PreviewDocument> preview = scope.environment().preview();
    String otherwise =
        entry instanceof BalancerEntry.Istio istio
            ? istio.route().orElse(fleet.application().name())
            : fleet.application().name();
    if (preview.isEmpty()) {
      return filled(front, front.backend().map(Located::text).orElse(otherwise), role);
    }
    return switch (entry) {
      case BalancerEntry.Edge _ ->
          domain(preview.get(), role)
              .filter(_ -> front.backend().isEmpty())
              .orElseGet(() -> own(front, front.backend().map(Located::text).orElse(""), role));
      case BalancerEntry.Nginx nginx -> untold("nginx", nginx.file().place());
      case BalancerEntry.Istio istio -> untold("Istio", istio.name().place());
      case BalancerEntry.Symlink _ -> otherwise;
      case BalancerEntry.Haproxy _ -> {
        checkSteered(preview.get());
        String pattern = front.backend().map(Located::text).orElse(otherwise);
        yield isOwn(serverPattern) || isOwn(pattern)
            ? filled(front, pattern, role)
            : own(front, pattern, role);
      }
    };
  }

  private String untold(String balancer, Place place) {
    String fact = balancer + " is not told of previews";
    add(place.problem(fact, "use an edge or HAProxy for them"));
    return scope.environmentName();
  }

  /** Returns the name of a pool or backend, which has to be a preview's own. */
  private String own(Front front, String pattern, Role role) {
    if (!isOwn(pattern)) {
      problems.add(
          front
              .name()
              .place()
              .problem(
                  "every preview would be the same server of balancer '%s'".formatted(front.name()),
                  "write domain under preview for an edge, or {{port}} or {{branch.slug}} into"
                      + " backend or server"));
      return scope.environmentName();
    }
    return filled(front, pattern, role);
  }

  private static boolean isOwn(String pattern) {
    return Templates.tellsBranches(pattern) || Templates.names(pattern, "port");
  }

  private String filled(Front front, String pattern, Role role) {
    Place place = front.backend().map(Located::place).orElse(front.name().place());
    return named(new Templates(problems).fill(place, pattern, ofRole(role)), place);
  }

  private Map<String, String> ofRole(Role role) {
    var values = new HashMap<>(scope.safeVariables());
    values.put("role", role.name());
    role.slots().getFirst().port().ifPresent(port -> values.put("port", String.valueOf(port)));
    return values;
  }

  /** The edge takes its pool by the host that a request names. */
  private Optional<String> domain(PreviewDocument preview, Role role) {
    return preview
        .domain()
        .map(written -> {
          String name = new Templates(problems).fill(written.place(), written.text(), ofRole(role));
          boolean isOwn = isOwn(written.text());
          if (!name.contains("{{") && !(isOwn && Domain.isOne(name))) {
            add(
                written
                    .place()
                    .problem(
                        isOwn
                            ? "%s is no domain".formatted(Shown.text(name))
                            : "domain %s would be the same for every preview"
                                .formatted(Shown.text(written.text())),
                        "use a DNS name with {{branch.slug}} in it"));
          }
          return name.toLowerCase(Locale.ROOT);
        });
  }

  /** HAProxy finds its backend by its own configuration, which knows ports and no branches. */
  private void checkSteered(PreviewDocument preview) {
    preview
        .domain()
        .filter(written -> !Templates.names(written.text(), "port"))
        .ifPresent(written ->
            add(
                written
                    .place()
                    .problem(
                        "HAProxy is not told of domains while it runs",
                        "put {{port}} into domain, and a backend for each port into haproxy.cfg, or"
                            + " use an edge")));
  }

  private void add(Problem problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }
}
