/**
 * What the edge does with requests because of what they carry: rules, users who stay on a track,
 * and copies.
 *
 * <p>Nothing here decides about members: it names a track, and the pool knows who serves there.
 */
@NullMarked
package dev.slipway.agent.balancer.edge.proxy.routing;

import org.jspecify.annotations.NullMarked;
