package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.ApplicationEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Placement;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.kind.RoleDocument;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One application of an environment, put together from all files that speak of it. */
final class Composition {
  private final Scope scope;
  private final Inventory inventory;
  private final Claims claims;
  private final ApplicationEntry entry;
  private final ApplicationDocument application;
  private final List<Problem> problems = new ArrayList<>();
  private final Templates templates = new Templates(problems);

  Composition(
      Scope scope,
      Inventory inventory,
      Claims claims,
      ApplicationEntry entry,
      ApplicationDocument application) {
    this.scope = scope;
    this.inventory = inventory;
    this.claims = claims;
    this.entry = entry;
    this.application = application;
  }

  Parsed<Deployment> compose() {
    Optional<Deployment> deployment = placement().flatMap(this::deployment);
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

  private Optional<Placement> placement() {
    List<Placement> placements = entry.placements();
    if (placements.size() > 1) {
      problems.add(
          entry
              .place()
              .problem("more than one role is not supported yet", "keep one role, or a group"));
    }
    Optional<Placement> placement = placements.stream().findFirst();
    Optional<String> placed = placement.flatMap(Placement::role);
    if (placed.isPresent()
        && application.role().isPresent()
        && !placed.equals(application.role())) {
      problems.add(
          entry
              .place()
              .problem(
                  "'%s' has no role '%s'".formatted(entry.name(), placed.get()),
                  "use " + application.role().get()));
    }
    return placement;
  }

  private Optional<Deployment> deployment(Placement placement) {
    List<Host> hosts = inventory.group(placement.group(), problems);
    String roleName = application.role().or(placement::role).orElse(application.name().text());
    Role role = application.runs().named(roleName);
    ReleaseSpec release = new Releases(scope, problems).of(application, entry);
    if (hosts.isEmpty()) {
      return Optional.empty();
    }
    checkPlaces(hosts);
    checkService(hosts, role);
    checkPorts(hosts, role);
    var fleet = new Fleet(scope.bound().name(), placed(role), Map.of(role.name(), hosts));
    Strategy strategy =
        new StrategyChoice(scope.branch(), problems)
            .choose(
                entry.strategy().or(() -> scope.rule().strategy()),
                entry.place(),
                role,
                hosts.size());
    return Optional.of(
        new Deployment(
            scope.target(application.name().text()),
            scope.rule().match().text(),
            scope.branch().tree().commit(),
            fleet,
            release,
            strategy,
            scope.ssh(),
            new Fronts(scope, inventory, claims, problems).of(placement, fleet, role),
            scope.environment().unreachableMax(),
            scope.project().onNewRevision(),
            scope.environment().maxConcurrentRollouts(),
            scope.receivers()));
  }

  private Application placed(Role role) {
    return new Application(
        application.name().text(),
        application.deployPath().text(),
        application.owner(),
        List.of(role),
        application.keepReleases());
  }

  private void checkPlaces(List<Host> hosts) {
    Located deployPath = application.deployPath();
    for (Host host : hosts) {
      String path =
          templates.fill(
              deployPath.place(), deployPath.text(), Templates.of(host, scope.bound().name()));
      if (scope.bound().deployPaths().stream().noneMatch(base -> path.startsWith(base + "/"))) {
        report(
            deployPath,
            "%s is outside allowed base %s"
                .formatted(Shown.text(path), String.join(", ", scope.bound().deployPaths())),
            "use a path below, or name its base as deployPaths in the agent's own file");
        return;
      }
      claims.directory(Inventory.machine(host), path, owner(host), deployPath.place(), problems);
    }
  }

  private void checkService(List<Host> hosts, Role role) {
    RoleDocument runs = application.runs();
    for (Host host : hosts) {
      for (Slot slot : role.slots()) {
        Map<String, String> values = values(host, slot, role);
        words(runs.service(), runs.health())
            .forEach(word -> templates.fill(runs.serviceAt(), word, values));
        if (runs.service() instanceof Service.Systemd(var unit)) {
          claims.thing(
              Inventory.machine(host),
              "unit " + templates.fill(runs.serviceAt(), unit, values),
              owner(host),
              runs.serviceAt(),
              problems);
        }
      }
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
    String branch = scope.rule().match().text();
    var context =
        Map.of(
            "environment", scope.bound().name(),
            "branch", branch,
            "branch.slug", branch.replaceAll("[^A-Za-z0-9]+", "-"),
            "version", application.version().text());
    return Templates.of(host, slot, role.name(), context);
  }

  private void checkPorts(List<Host> hosts, Role role) {
    for (Host host : hosts) {
      for (Slot slot : role.slots()) {
        slot.port()
            .ifPresent(port ->
                claims.thing(
                    host.address(),
                    "port " + port,
                    owner(host),
                    application.runs().slotsAt(),
                    problems));
      }
    }
  }

  private String owner(Host host) {
    return "'%s' (host %s)".formatted(application.name(), host);
  }

  private void report(Located where, String fact, String remedy) {
    problems.add(where.place().problem(fact, remedy));
  }
}
