package dev.slipway.strategies.fleet;

import java.util.List;
import java.util.Optional;

/** A program as it is known on every host: where it lies, its roles, how much is kept. */
public record Application(
    String name, String deployPath, Optional<Owner> owner, List<Role> roles, int keepReleases) {
  public Application {
    roles = List.copyOf(roles);
    if (name.isBlank() || roles.isEmpty()) {
      throw new IllegalArgumentException("an application needs a name and at least one role");
    }
    if (!deployPath.startsWith("/")) {
      throw new IllegalArgumentException("deployPath '%s' is not absolute".formatted(deployPath));
    }
    if (keepReleases < 2) {
      throw new IllegalArgumentException(
          "keepReleases %d leaves no way back; use 2 or more".formatted(keepReleases));
    }
  }

  /** Returns the role that a strategy judges: the first. */
  public Role judged() {
    return roles.getFirst();
  }
}
