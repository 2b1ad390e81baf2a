/**
 * Slipway's own reverse proxy as a balancer: the adapter, and the language that steers the proxy.
 *
 * <p>The proxy runs as a process of its own (package {@code proxy}), so that a restart of the agent
 * touches no traffic. It is steered over a Unix socket by lines of JSON: one {@link
 * dev.slipway.agent.balancer.edge.Request} up, one {@link dev.slipway.agent.balancer.edge.Response}
 * down. What a line can say is written down in {@link dev.slipway.agent.balancer.edge.Wire}, and
 * nowhere else.
 */
@NullMarked
package dev.slipway.agent.balancer.edge;

import org.jspecify.annotations.NullMarked;
