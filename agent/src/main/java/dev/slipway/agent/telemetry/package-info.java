/**
 * Slipway's own numbers, for Prometheus.
 *
 * <p>All of them are derived from the journal and from polls; nothing is counted that is not
 * recorded.
 */
@NullMarked
package dev.slipway.agent.telemetry;

import org.jspecify.annotations.NullMarked;
