/**
 * What happens to a request in the edge.
 *
 * <p>A request is a {@code Passage}: it asks its {@code Pool} for a member and makes an {@code
 * Attempt} there, or waits in the pool while nobody serves. All of one request happens on the I/O
 * thread of its client's connection, so passages need no locks; what they share (pools, members) is
 * swapped or counted.
 */
@NullMarked
package dev.slipway.agent.balancer.edge.proxy.requests;

import org.jspecify.annotations.NullMarked;
