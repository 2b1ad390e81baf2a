/**
 * The reverse proxy as a process of its own: what it listens on, who may change its pools, and what
 * it keeps over a restart.
 *
 * <p>What the agent wants arrives over the {@code ControlSocket} and is on disk before it is
 * acknowledged. What becomes of a request is the business of {@code requests}.
 */
@NullMarked
package dev.slipway.agent.balancer.edge.proxy;

import org.jspecify.annotations.NullMarked;
