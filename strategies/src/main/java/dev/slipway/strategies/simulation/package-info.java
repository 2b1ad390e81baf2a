/**
 * Plans carried out on a fleet that exists in memory only, by a clock that jumps from one event to
 * the next.
 *
 * <p>A {@link dev.slipway.strategies.simulation.Scenario} says what is there and what goes wrong;
 * an {@link dev.slipway.strategies.simulation.Account} tells what came of it.
 */
@NullMarked
package dev.slipway.strategies.simulation;

import org.jspecify.annotations.NullMarked;
