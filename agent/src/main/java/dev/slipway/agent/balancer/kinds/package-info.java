/**
 * The kinds of balancers that there are, chosen in one place.
 *
 * <p>It is a package of its own because it knows every adapter, and every adapter knows {@link
 * dev.slipway.agent.balancer}.
 */
@NullMarked
package dev.slipway.agent.balancer.kinds;

import org.jspecify.annotations.NullMarked;
