package dev.slipway.strategies.fleet;

import java.util.OptionalInt;

/**
 * A place for one running release on a host: a name, which is also the name of its link, and a
 * port.
 *
 * <p>An application without slots has exactly one, {@link #CURRENT}.
 */
public record Slot(String name, OptionalInt port) {
  /** The link of an application that has no slots, as Capistrano names it. */
  public static final String CURRENT = "current";

  private static final int MAX_PORT = 65_535;

  public Slot {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a slot needs a name");
    }
    if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > MAX_PORT)) {
      throw new IllegalArgumentException(
          "%d is not a port; use 1 to %d".formatted(port.getAsInt(), MAX_PORT));
    }
  }
}
