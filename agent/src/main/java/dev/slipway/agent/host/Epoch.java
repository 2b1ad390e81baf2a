package dev.slipway.agent.host;

/**
 * Who acts: the store that the agent's journal lives in, and a counter that only rises.
 *
 * <p>Hosts remember the highest counter of their store and refuse a lower one, and refuse any other
 * store until it is taken over.
 */
public record Epoch(String store, long counter) {
  public Epoch {
    if (!store.matches("[A-Za-z0-9-]{1,64}") || counter < 1) {
      throw new IllegalArgumentException("'%s %d' is not an epoch".formatted(store, counter));
    }
  }
}
