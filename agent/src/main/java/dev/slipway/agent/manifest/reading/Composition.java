package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.manifest.bounds.Address;
import dev.slipway.agent.manifest.bounds.Bounds;
import dev.slipway.agent.manifest.bounds.Claims;
import dev.slipway.agent.manifest.bounds.SharedLinks;
import dev.slipway.agent.manifest.bounds.UnitFiles;
import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.ApplicationEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Placement;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.kind.ProceduresDocument;
import dev.slipway.agent.manifest.kind.RoleDocument;
import dev.slipway.agent.manifest.preview.OwnPorts;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One application of an environment, put together from all files that speak of it. */
final class Composition {
  private static final Pattern TIMER = Pattern.compile("\\.timer$");

  private final Scope scope;
  private final Inventory inventory;
  private final Claims claims;
  private final OwnPorts ports;
  private final ApplicationEntry entry;
  private final ApplicationDocument application;
  private final List<Problem> problems = new ArrayList<>();
  private final Templates templates = new Templates(problems);

  Composition(
      Scope scope,
      Inventory inventory,
      Claims claims,
      OwnPorts ports,
      ApplicationEntry entry,
      ApplicationDocument application) {
    this.scope = scope;
    this.inventory = inventory;
    this.claims = claims;
    this.ports = ports;
    this.entry = entry;
    this.application = application;
  }

  /** A role with the hosts that it plays on and what stands in front of it. */
  private record Part(Role role, RoleDocument runs, Placement placement, List<Host> hosts) {}

  Parsed<Deployment> compose() {
    List<Part> parts = parts();
    var files = new ConfigFiles(scope, problems, application);
    ReleaseSpec release =
        new Releases(scope, problems).of(application, entry, services(parts, files), files.read());
    Optional<Deployment> deployment =
        parts.isEmpty() ? Optional.empty() : Optional.of(deployment(parts, release, files));
    if (problems.isEmpty() && deployment.isEmpty()) {
      problems.add(
          entry
              .place()
              .problem(
                  "does not say where '%s' runs".formatted(entry.name()),
                  "write either group, for one role, or roles"));
    }
    return problems.isEmpty() && deployment.isPresent()
        ? new Parsed.Valid<>(deployment.get())
        : new Parsed.Invalid<>(problems);
  }

  private List<Part> parts() {
    Map<String, Placement> placed = placed();
    var parts = new ArrayList<Part>();
    placed.forEach((name, placement) -> {
      RoleDocument runs =
          application.namesRoles()
              ? application.roles().get(name)
              : application.roles().values().iterator().next();
      List<Host> hosts = inventory.group(placement.group(), problems);
      if (runs != null && !hosts.isEmpty()) {
        withPorts(runs.named(name), hosts)
            .ifPresent(role -> parts.add(new Part(role, runs, placement, hosts)));
      }
    });
    return parts.size() == placed.size() ? parts : List.of();
  }

  /** The ports of a preview are its own, whatever its branch says. */
  private Optional<Role> withPorts(Role role, List<Host> hosts) {
    Optional<Role> own =
        ports.of(
            role,
            port ->
                hosts.stream()
                    .anyMatch(host ->
                        claims.isClaimed(Address.canonical(host.address()), "port " + port)));
    if (own.isEmpty()) {
      scope
          .environment()
          .preview()
          .ifPresent(preview ->
              problems.add(
                  preview
                      .portsAt()
                      .problem(
                          "no port of %s is left for role '%s' of '%s'"
                              .formatted(
                                  ports.range().map(String::valueOf).orElse(""),
                                  role.name(),
                                  scope.environmentName()),
                          "widen the range, or delete a branch")));
    }
    return own;
  }

  /** Returns where each role runs, in the order of the roles. */
  private Map<String, Placement> placed() {
    var placed = new LinkedHashMap<String, Placement>();
    if (!application.namesRoles() && entry.placements().size() > 1) {
      report("%s has one role, and more are placed here", "keep one, or write roles there");
    } else if (!application.namesRoles()) {
      entry
          .placements()
          .forEach(only -> placed.put(only.role().orElse(application.name().text()), only));
    } else {
      strangers();
      application
          .roles()
          .keySet()
          .forEach(role -> placement(role).ifPresent(at -> placed.put(role, at)));
    }
    return placed;
  }

  private void strangers() {
    entry.placements().stream()
        .flatMap(placement -> placement.role().stream())
        .filter(role -> !application.roles().containsKey(role))
        .forEach(role ->
            report(
                "%s has no role '" + role + "'",
                "use " + String.join(", ", application.roles().keySet())));
  }

  private Optional<Placement> placement(String role) {
    boolean isOnly = application.roles().size() == 1;
    Optional<Placement> found =
        entry.placements().stream()
            .filter(placement -> placement.role().map(role::equals).orElse(isOnly))
            .findFirst();
    boolean isGroup = entry.placements().stream().anyMatch(at -> at.role().isEmpty());
    if (found.isEmpty() && (!isOnly || isGroup)) {
      report(
          "role '" + role + "' of %s has no hosts here",
          "write roles, with a group for each of "
              + String.join(", ", application.roles().keySet()));
    }
    return found;
  }

  private void report(String fact, String remedy) {
    problems.add(entry.place().problem(fact.formatted("'%s'".formatted(entry.name())), remedy));
  }

  private static Map<String, Service> services(List<Part> parts, ConfigFiles files) {
    var services = new LinkedHashMap<String, Service>();
    parts.forEach(part -> services.put(part.role().name(), files.service(part.runs())));
    return services;
  }

  private Deployment deployment(List<Part> parts, ReleaseSpec release, ConfigFiles files) {
    parts.forEach(this::checkService);
    parts.forEach(this::checkPorts);
    parts.forEach(this::checkProcedures);
    checkPlaces(parts);
    files.check(hosts(parts));
    new SharedLinks(problems).check(parts.stream().map(this::onLinks).toList());
    var hosts = new LinkedHashMap<String, List<Host>>();
    parts.forEach(part -> hosts.put(part.role().name(), part.hosts()));
    Application shop = application(parts.stream().map(Part::role).toList());
    var fleet = new Fleet(scope.environmentName(), shop, hosts);
    List<Deployment.Front> fronts = fronts(parts, fleet);
    return new Deployment(
        scope.target(application.name().text()),
        scope.asking(),
        scope.branch().tree().commit(),
        fleet,
        release,
        strategy(parts.getFirst(), fronts),
        scope.ssh(),
        fronts,
        scope.environment().unreachableMax(),
        scope.project().onNewRevision(),
        scope.environment().maxConcurrentRollouts(),
        scope.receivers(),
        scope.environment().prometheus());
  }

  private SharedLinks.Use onLinks(Part part) {
    return new SharedLinks.Use(part.role(), part.hosts(), part.runs().slotsAt());
  }

  private Strategy strategy(Part judged, List<Deployment.Front> fronts) {
    return new StrategyChoice(scope.branch(), problems)
        .choose(
            entry.strategy().or(() -> scope.rule().strategy()),
            entry.place(),
            judged.role(),
            judged.hosts().size(),
            fronts.stream()
                .filter(front -> front.role().equals(judged.role().name()))
                .map(Deployment.Front::balancer)
                .toList());
  }

  private List<Deployment.Front> fronts(List<Part> parts, Fleet fleet) {
    var fronts = new Fronts(scope, inventory, claims, problems);
    return parts.stream()
        .flatMap(part -> fronts.of(part.placement(), fleet, part.role()).stream())
        .toList();
  }

  private Application application(List<Role> roles) {
    return new Application(
        application.name().text(),
        application.deployPath().text(),
        application.owner(),
        roles,
        application.keepReleases());
  }

  private static List<Host> hosts(List<Part> parts) {
    return parts.stream().flatMap(part -> part.hosts().stream()).distinct().toList();
  }

  /** A host has one directory, however many roles it plays. */
  private void checkPlaces(List<Part> parts) {
    Located deployPath = application.deployPath();
    checkOwn("deployPath", deployPath.place(), deployPath.text());
    for (Host host : hosts(parts)) {
      String path =
          templates.fill(
              deployPath.place(), deployPath.text(), Templates.of(host, scope.safeVariables()));
      if (!new Bounds(scope.bound()).allowsDirectory(path)) {
        report(
            deployPath,
            "%s is outside allowed base %s"
                .formatted(Shown.text(path), String.join(", ", scope.bound().deployPaths())),
            "use a path below, or name its base as deployPaths in the agent's own file");
        return;
      }
      String owner = "'%s' (host %s)".formatted(application.name(), host);
      claims.directory(Inventory.machine(host), path, owner, deployPath.place(), problems);
    }
  }

  /** What two previews have in common on a host, one of them would take from the other. */
  private void checkOwn(String what, Place place, String template) {
    if (scope.environment().preview().isPresent() && !Templates.tellsBranches(template)) {
      problems.add(
          place.problem(
              "%s %s would be the same for every preview".formatted(what, Shown.text(template)),
              "put {{environment}} or {{branch.slug}} into it"));
    }
  }

  private void checkService(Part part) {
    RoleDocument runs = part.runs();
    if (runs.service() instanceof Service.Systemd(var written, Service.OnActivate onActivate, var _)
        && onActivate == Service.OnActivate.RESTART) {
      checkOwn("unit", runs.serviceAt(), written);
    }
    for (Host host : part.hosts()) {
      for (Slot slot : part.role().slots()) {
        Map<String, String> values = values(host, slot, part.role());
        words(runs.service(), runs.health())
            .forEach(word -> templates.fill(runs.serviceAt(), word, values));
        if (runs.service() instanceof Service.Systemd(var written, var onActivate, var _)) {
          String unit = templates.fill(runs.serviceAt(), written, values);
          new Bounds(scope.bound()).unit(runs.serviceAt(), unit).ifPresent(this::add);
          checkUnit(part, host, unit, onActivate);
          runs.unitFile()
              .flatMap(file ->
                  new UnitFiles(scope.bound()).check(file.place(), file.text(), unit, onActivate))
              .ifPresent(this::add);
        }
      }
    }
  }

  /** What a timer starts is the same application's: its runs are waited for. */
  private void checkUnit(Part part, Host host, String unit, Service.OnActivate onActivate) {
    Place at = part.runs().serviceAt();
    String service = TIMER.matcher(unit).replaceFirst(".service");
    if (!service.equals(unit) && onActivate == Service.OnActivate.RELOAD) {
      add(
          at.problem(
              "%s is a timer, which cannot be reloaded".formatted(Shown.text(unit)),
              "leave onActivate out: a run is awaited, and the next one is of the new release"));
    }
    Claims.Use use =
        switch (onActivate) {
          case RESTART -> Claims.Use.ALONE;
          case RELOAD, NONE -> Claims.Use.SHARED;
        };
    for (String one : new TreeSet<>(List.of(unit, service))) {
      claims.thing(Inventory.machine(host), "unit " + one, owner(part, host), at, use, problems);
    }
  }

  private void checkProcedures(Part part) {
    ProceduresDocument written = application.procedures();
    for (Host host : part.hosts()) {
      Map<String, String> values = values(host, part.role().slots().getFirst(), part.role());
      written.hooks().commands().values().stream()
          .flatMap(List::stream)
          .flatMap(List::stream)
          .forEach(word -> templates.fill(written.hooksAt(), word, values));
      written.tasks().stream()
          .filter(
              task -> task.role().isEmpty() || task.role().get().text().equals(part.role().name()))
          .forEach(task -> task.run().forEach(word -> templates.fill(task.runAt(), word, values)));
    }
  }

  private static Stream<String> words(Service service, Health health) {
    Stream<String> run =
        switch (service) {
          case Service.Systemd _, Service.None() -> Stream.empty();
          case Service.Commands(var start, var stop, var status) ->
              Stream.of(start, stop, status).flatMap(List::stream);
          case Service.Detached(var words) -> words.stream();
        };
    Stream<String> asked =
        switch (health) {
          case Health.Exec(var command, var _) -> command.stream();
          case Health.Http _, Health.Tcp _, Health.Running _ -> Stream.empty();
        };
    return Stream.concat(run, asked);
  }

  private Map<String, String> values(Host host, Slot slot, Role role) {
    var context = new HashMap<>(scope.variables());
    context.put("version", application.version().text());
    return Templates.of(host, slot, role.name(), context);
  }

  private void checkPorts(Part part) {
    for (Host host : part.hosts()) {
      for (Slot slot : part.role().slots()) {
        slot.port()
            .ifPresent(port ->
                claims.thing(
                    Address.canonical(host.address()),
                    "port " + port,
                    owner(part, host),
                    part.runs().slotsAt(),
                    problems));
      }
    }
  }

  private String owner(Part part, Host host) {
    return application.roles().size() > 1
        ? "'%s' (role %s, host %s)".formatted(application.name(), part.role().name(), host)
        : "'%s' (host %s)".formatted(application.name(), host);
  }

  private void add(Problem problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  private void report(Located where, String fact, String remedy) {
    problems.add(where.place().problem(fact, remedy));
  }
}
