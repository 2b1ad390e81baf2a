/**
 * How one release takes the place of another: strategies as pure functions from a situation to a
 * plan.
 *
 * <p>No clock, no I/O, no threads. A {@link dev.slipway.strategies.Strategy} can be read alone,
 * printed, compared and simulated; the agent carries out what it says.
 */
@NullMarked
package dev.slipway.strategies;

import org.jspecify.annotations.NullMarked;
