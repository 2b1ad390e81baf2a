package dev.slipway.agent.host.bootstrap;

import dev.slipway.agent.host.site.Place;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Owner;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one role of an application needs on a host.
 *
 * @param units the units of systemd that it runs in, one for each slot, and what is done to them
 * @param unitFiles the units whose files come with releases
 * @param ports those that are asked on the host itself
 * @param runs whether the login starts programs as the owner: commands of a release, or a service
 *     without systemd
 */
public record PlaceNeeds(
    String application,
    String deployPath,
    Optional<Owner> owner,
    List<String> linkedDirs,
    List<String> linkedFiles,
    SortedMap<String, Service.OnActivate> units,
    SortedSet<String> unitFiles,
    SortedSet<Integer> ports,
    Runs runs) {
  public PlaceNeeds {
    linkedDirs = List.copyOf(linkedDirs);
    linkedFiles = List.copyOf(linkedFiles);
    units = Collections.unmodifiableSortedMap(new TreeMap<>(units));
    unitFiles = Collections.unmodifiableSortedSet(new TreeSet<>(unitFiles));
    ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
  }

  /** Who starts an application's programs. */
  public enum Runs {
    /** A service manager, the login itself, or nobody. */
    BY_ITSELF,
    /** The login, as the application's owner. */
    AS_OWNER
  }

  /** Returns what a place needs for a release of this kind. */
  public static PlaceNeeds of(Place place, Release release) {
    var application = place.application();
    return new PlaceNeeds(
        application.name(),
        place.deployPath(),
        application.owner(),
        release.linkedDirs(),
        release.linkedFiles(),
        units(place, release),
        unitFiles(place, release),
        ports(place.role()),
        application.owner().isPresent() && startsPrograms(place.role(), release)
            ? Runs.AS_OWNER
            : Runs.BY_ITSELF);
  }

  private static boolean startsPrograms(Role role, Release release) {
    return release.service(role.name()) instanceof Service.Detached
        || !release.procedures().hooks().isEmpty()
        || release.procedures().tasks().stream().anyMatch(task -> task.role().equals(role.name()));
  }

  private static SortedMap<String, Service.OnActivate> units(Place place, Release release) {
    var units = new TreeMap<String, Service.OnActivate>();
    if (release.service(place.role().name())
        instanceof Service.Systemd(var unit, var onActivate, var _)) {
      for (Slot slot : place.role().slots()) {
        units.put(new Template(unit).fill(place.variables(slot, release)), onActivate);
      }
    }
    return units;
  }

  private static SortedSet<String> unitFiles(Place place, Release release) {
    var units = new TreeSet<String>();
    if (release.service(place.role().name()) instanceof Service.Systemd systemd) {
      for (Slot slot : place.role().slots()) {
        systemd
            .unitFiles()
            .forEach(file ->
                units.add(new Template(systemd.unitOf(file)).fill(place.variables(slot, release))));
      }
    }
    return units;
  }

  private static SortedSet<Integer> ports(Role role) {
    var from =
        switch (role.health()) {
          case Health.Http http -> http.from();
          case Health.Tcp tcp -> tcp.from();
          case Health.Exec _, Health.Running _ -> Health.From.AGENT;
        };
    var ports = new TreeSet<Integer>();
    if (from == Health.From.HOST) {
      role.slots().forEach(slot -> slot.port().ifPresent(ports::add));
    }
    return ports;
  }
}
