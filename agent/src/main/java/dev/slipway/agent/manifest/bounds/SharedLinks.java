package dev.slipway.agent.manifest.bounds;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.List;
import java.util.Optional;

/** Roles that use the same link on a host: they move together, so they must be able to. */
public final class SharedLinks {
  private final List<Problem> problems;

  /** Makes a check that adds to the problems. */
  public SharedLinks(List<Problem> problems) {
    this.problems = problems;
  }

  /** A role, its hosts, and where its links are described. */
  public record Use(Role role, List<Host> hosts, Place place) {}

  /** Adds what is wrong between any two of them. */
  public void check(List<Use> uses) {
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
