/** The edge proxy against real sockets: clients on one side, members on the other. */
@NullMarked
package dev.slipway.agent.balancer.edge.proxy;

import org.jspecify.annotations.NullMarked;
