/** The edge's adapter against a real edge. */
@NullMarked
package dev.slipway.agent.balancer.edge;

import org.jspecify.annotations.NullMarked;
