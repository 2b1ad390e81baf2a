package dev.slipway.agent.host;

import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Occupant;
import java.util.Map;
import java.util.Set;

/** What was seen of an application on a host. */
public sealed interface Sighting {

  /**
   * The host answered.
   *
   * @param slots by name; a slot that was never used is there with {@link Occupant.None}
   * @param releases directories under {@code releases/} that are complete
   * @param epoch the highest epoch that the host has seen, empty text if none
   */
  record Seen(Map<String, SlotSeen> slots, Set<String> releases, String epoch) implements Sighting {
    public Seen {
      slots = Map.copyOf(slots);
      releases = Set.copyOf(releases);
    }
  }

  /** The host cannot be asked. */
  record Unreachable(String reason) implements Sighting {}

  /** The host is not who it was, or does not accept us. Do not ask again. */
  record IdentityRefused(String reason) implements Sighting {}

  /**
   * One slot.
   *
   * @param environment the digest of the variables that were written with the release
   * @param process unknown where others had put something, since only a release names a service
   */
  record SlotSeen(Occupant occupant, Digest environment, ProcessSighting process) {}
}
