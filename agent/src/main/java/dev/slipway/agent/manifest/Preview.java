package dev.slipway.agent.manifest;

import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.util.HashMap;
import java.util.Map;

/**
 * One application in the environment of one branch, and the ports that are its own while it is
 * there.
 *
 * @param ports by role and slot, see {@link #place}
 */
public record Preview(Target target, String branch, Map<String, Integer> ports) {
  public Preview {
    ports = Map.copyOf(ports);
  }

  /** Returns the name under which a slot of a role has its port. */
  public static String place(Role role, Slot slot) {
    return role.name() + "/" + slot.name();
  }

  /** Returns the ports of roles as they are kept. */
  public static Map<String, Integer> ports(Iterable<Role> roles) {
    var ports = new HashMap<String, Integer>();
    for (Role role : roles) {
      for (Slot slot : role.slots()) {
        slot.port().ifPresent(port -> ports.put(place(role, slot), port));
      }
    }
    return ports;
  }
}
