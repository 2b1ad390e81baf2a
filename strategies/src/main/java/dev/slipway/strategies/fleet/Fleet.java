package dev.slipway.strategies.fleet;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where one application runs in one environment: the hosts of each role, in their order. */
public record Fleet(String environment, Application application, Map<String, List<Host>> hosts) {
  public Fleet {
    var copy = new LinkedHashMap<String, List<Host>>();
    hosts.forEach((role, members) -> copy.put(role, List.copyOf(members)));
    hosts = Collections.unmodifiableMap(copy);
    for (Role role : application.roles()) {
      if (hosts.getOrDefault(role.name(), List.of()).isEmpty()) {
        throw new IllegalArgumentException(
            "role '%s' of '%s' has no host in '%s'"
                .formatted(role.name(), application.name(), environment));
      }
    }
  }

  /** Returns the hosts of a role, in the order in which people wrote them. */
  public List<Host> hosts(Role role) {
    return hosts.getOrDefault(role.name(), List.of());
  }

  /** Returns every slot of a role on every host. */
  public List<Instance> instances(Role role) {
    return hosts(role).stream()
        .flatMap(host ->
            role.slots().stream().map(slot -> new Instance(host.name(), role.name(), slot.name())))
        .toList();
  }

  /** Returns the roles that are played on a host, in the order of the application. */
  public List<Role> rolesOn(Host host) {
    return application.roles().stream()
        .filter(role -> hosts(role).stream().anyMatch(it -> it.name().equals(host.name())))
        .toList();
  }

  /** Returns one instance of every host, however many roles it plays. */
  public List<Instance> oneOfEachHost() {
    var found = new LinkedHashMap<String, Instance>();
    for (Role role : application.roles()) {
      instances(role).forEach(instance -> found.putIfAbsent(instance.host(), instance));
    }
    return List.copyOf(found.values());
  }

  /** Returns how people are told which instance is meant. */
  public Naming naming() {
    return Naming.ofRoles(application.roles().size());
  }

  /**
   * Returns the host that an instance is on.
   *
   * @throws IllegalArgumentException if the instance is not of this fleet
   */
  public Host host(Instance instance) {
    return hosts.getOrDefault(instance.role(), List.of()).stream()
        .filter(host -> host.name().equals(instance.host()))
        .findFirst()
        .orElseThrow(() -> stranger(instance));
  }

  /**
   * Returns the role that an instance plays.
   *
   * @throws IllegalArgumentException if the instance is not of this fleet
   */
  public Role role(Instance instance) {
    return application.roles().stream()
        .filter(role -> role.name().equals(instance.role()))
        .findFirst()
        .orElseThrow(() -> stranger(instance));
  }

  /**
   * Returns the slot that an instance is in.
   *
   * @throws IllegalArgumentException if the instance is not of this fleet
   */
  public Slot slot(Instance instance) {
    return role(instance).slots().stream()
        .filter(slot -> slot.name().equals(instance.slot()))
        .findFirst()
        .orElseThrow(() -> stranger(instance));
  }

  private static IllegalArgumentException stranger(Instance instance) {
    return new IllegalArgumentException("%s is not of this fleet".formatted(instance));
  }
}
