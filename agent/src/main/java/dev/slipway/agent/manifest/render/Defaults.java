package dev.slipway.agent.manifest.render;

import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.RoleDocument;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.plan.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What holds for an application where nobody wrote anything, as the tree that would say so. */
final class Defaults {
  /** Stands for the file of what stands in none. */
  static final String NOWHERE = "default";

  private static final Place PLACE = Place.start(NOWHERE);

  private Defaults() {}

  /** Returns the spec of an application in full, but for what has no default. */
  static Node.Mapping of(ApplicationDocument application) {
    var entries = new ArrayList<Node.Entry>();
    entries.add(number("keepReleases", application.keepReleases()));
    if (application.namesRoles()) {
      var roles = new ArrayList<Node.Entry>();
      application.roles().forEach((name, runs) -> roles.add(mapping(name, role(runs))));
      entries.add(mapping("roles", roles));
    } else {
      application.roles().values().forEach(runs -> entries.addAll(role(runs)));
    }
    return new Node.Mapping(PLACE, entries);
  }

  private static List<Node.Entry> role(RoleDocument role) {
    var entries = new ArrayList<Node.Entry>();
    service(role.service()).ifPresent(entries::add);
    entries.add(mapping("healthcheck", health(role.health())));
    entries.add(
        mapping(
            "drain",
            duration("timeout", role.drain().timeout()),
            text(
                "onTimeout",
                switch (role.drain().onTimeout()) {
                  case PROCEED -> word(DrainPolicy.OnTimeout.PROCEED);
                  case ABORT -> word(DrainPolicy.OnTimeout.ABORT);
                })));
    entries.add(mapping("stop", duration("timeout", role.stopTimeout())));
    return entries;
  }

  private static Optional<Node.Entry> service(Service service) {
    return switch (service) {
      case Service.Systemd(_, var onActivate, _) ->
          Optional.of(mapping("service", mapping("systemd", text("onActivate", word(onActivate)))));
      case Service.Commands _, Service.Detached _, Service.None() -> Optional.empty();
    };
  }

  private static List<Node.Entry> health(Health health) {
    var entries = new ArrayList<>(asked(health));
    Health.Timing timing = health.timing();
    entries.add(duration("interval", timing.interval()));
    entries.add(duration("timeout", timing.timeout()));
    entries.add(number("successThreshold", timing.successThreshold()));
    entries.add(duration("minHealthyTime", timing.minHealthyTime()));
    entries.add(duration("healthyDeadline", timing.healthyDeadline()));
    return entries;
  }

  private static List<Node.Entry> asked(Health health) {
    return switch (health) {
      case Health.Http(var path, var scheme, var _, int status, var from, var _) ->
          List.of(
              text("path", path),
              text("scheme", scheme),
              number("expectedStatus", status),
              text("from", word(from)));
      case Health.Tcp(var from, var _) -> List.of(text("tcp", "connect"), text("from", word(from)));
      case Health.Running _ -> List.of(text("systemd", "active"));
      case Health.Exec _ -> List.of();
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Node.Entry duration(String key, Duration duration) {
    return text(key, Durations.text(duration));
  }

  private static Node.Entry number(String key, int number) {
    return text(key, String.valueOf(number));
  }

  private static Node.Entry text(String key, String text) {
    return entry(key, new Node.Scalar(PLACE, text, Node.Style.PLAIN));
  }

  private static Node.Entry mapping(String key, Node.Entry... entries) {
    return mapping(key, List.of(entries));
  }

  private static Node.Entry mapping(String key, List<Node.Entry> entries) {
    return entry(key, new Node.Mapping(PLACE, entries));
  }

  private static Node.Entry entry(String key, Node value) {
    return new Node.Entry(new Node.Scalar(PLACE, key, Node.Style.PLAIN), value);
  }
}
