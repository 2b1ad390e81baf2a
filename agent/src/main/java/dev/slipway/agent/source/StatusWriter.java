package dev.slipway.agent.source;

/**
 * Who writes status back.
 *
 * @param store the agent's journal: sequences are compared only with those of the same store
 */
public record StatusWriter(String store, String name, String email) {
  private static final String STORE = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
  private static final String LINE = "[^<>\\p{Cntrl}]{1,200}";

  public StatusWriter {
    if (!store.matches(STORE)) {
      throw new IllegalArgumentException(
          "'%s' is not the name of a store; it must match %s".formatted(store, STORE));
    }
    if (!name.matches(LINE) || !email.matches(LINE)) {
      throw new IllegalArgumentException(
          "author '%s' with e-mail '%s' must be one line without < and >".formatted(name, email));
    }
  }

  /** Returns a writer that signs as Slipway on this host. */
  public static StatusWriter of(String store, String host) {
    return new StatusWriter(store, "Slipway", "slipway@" + host);
  }
}
