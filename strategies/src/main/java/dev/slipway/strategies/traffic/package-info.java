/**
 * Who gets which share of the requests, as one value.
 *
 * <p>A {@link dev.slipway.strategies.traffic.Traffic} says what ought to be true on two levels:
 * tracks with shares, and members with states. {@link dev.slipway.strategies.traffic.FlatTraffic}
 * is what a balancer can write, and {@link dev.slipway.strategies.traffic.Observed} what it says is
 * so. The three are compared, never mixed.
 */
@NullMarked
package dev.slipway.strategies.traffic;

import org.jspecify.annotations.NullMarked;
