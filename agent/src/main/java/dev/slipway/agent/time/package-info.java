/**
 * Time as something that comes in from outside: the one place that reads a clock or waits.
 *
 * <p>Everything else takes an {@link java.time.InstantSource} and a {@link
 * dev.slipway.agent.time.Waiter}, so that tests turn the clock by hand and every wait can be ended.
 */
@NullMarked
package dev.slipway.agent.time;

import org.jspecify.annotations.NullMarked;
