package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What belongs to whom on the machines of an environment: nothing to two at once. */
final class Claims {
  private final Map<String, NavigableMap<String, Owner>> paths = new HashMap<>();
  private final Map<String, Owner> others = new HashMap<>();

  /** Who claimed a thing first, and where. */
  private record Owner(String name, Place place) {}

  /** Claims a directory and everything below it. */
  void directory(String machine, String path, String owner, Place place, List<Problem> problems) {
    var taken = paths.computeIfAbsent(machine, _ -> new TreeMap<>());
    Optional<Owner> first = overlapping(taken, path);
    first.ifPresent(
        other -> problems.add(clash("deployPath " + path, machine, owner, other, place)));
    taken.putIfAbsent(path, new Owner(owner, place));
  }

  /** Claims a port, a unit or a server. */
  void thing(String where, String what, String owner, Place place, List<Problem> problems) {
    Owner first = others.putIfAbsent(where + "\n" + what, new Owner(owner, place));
    if (first != null) {
      problems.add(clash(what, where, owner, first, place));
    }
  }

  private static Optional<Owner> overlapping(NavigableMap<String, Owner> taken, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      Owner owner = taken.get(path.substring(0, end));
      if (owner != null) {
        return Optional.of(owner);
      }
    }
    return Optional.ofNullable(taken.ceilingEntry(path + "/"))
        .filter(below -> below.getKey().startsWith(path + "/"))
        .map(Map.Entry::getValue);
  }

  private static Problem clash(String what, String where, String owner, Owner first, Place place) {
    return place.problem(
        "%s on %s is claimed by %s and by %s at %s"
            .formatted(what, where, owner, first.name(), first.place().mention()),
        "give each its own; {{host.name}} and {{slot}} tell them apart");
  }

  /** Roles that use the same link on a host: they move together, so they must be able to. */
  static final class SharedLinks {
    private final List<Problem> problems;

    SharedLinks(List<Problem> problems) {
      this.problems = problems;
    }

    /** A role, its hosts, and where its links are described. */
    record Use(Role role, List<Host> hosts, Place place) {}

    void check(List<Use> uses) {
      for (int i = 0; i < uses.size(); i++) {
        for (Use other : uses.subList(i + 1, uses.size())) {
          check(uses.get(i), other);
        }
      }
    }

    private void check(Use one, Use other) {
      Optional<Host> shared = one.hosts().stream().filter(other.hosts()::contains).findFirst();
      if (shared.isEmpty()) {
        return;
      }
      for (Slot slot : one.role().slots()) {
        other.role().slots().stream()
            .filter(it -> it.name().equals(slot.name()))
            .forEach(it -> clash(one, slot, other, it, shared.get()));
      }
    }

    private void clash(Use one, Slot slot, Use other, Slot same, Host host) {
      String who =
          "roles '%s' and '%s' use the same link '%s' on host %s"
              .formatted(one.role().name(), other.role().name(), slot.name(), host);
      if (one.role().hasSpareSlot() || other.role().hasSpareSlot()) {
        problems.add(
            other
                .place()
                .problem(
                    who + ", and one of them has more than one slot",
                    "give the slots other names, or other hosts to one of the roles"));
      } else if (slot.port().isPresent()
          && same.port().isPresent()
          && !slot.port().equals(same.port())) {
        problems.add(
            other
                .place()
                .problem(
                    who + " and have two ports, but one PORT among their variables",
                    "give one of them slots, with a name of its own"));
      }
    }
  }
}
