package dev.slipway.agent.journal;

import java.time.Instant;

/**
 * An event as it lies in the journal.
 *
 * @param sequence rises with every event of a store
 */
public record Entry(long sequence, Instant at, Event event) {}
