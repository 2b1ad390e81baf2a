/**
 * Balancers: each makes a {@link dev.slipway.strategies.traffic.Traffic} true and reads it back.
 *
 * <p>An adapter's order is always add before remove, and success is what was read back, never what
 * was written.
 */
@NullMarked
package dev.slipway.agent.balancer;

import org.jspecify.annotations.NullMarked;
