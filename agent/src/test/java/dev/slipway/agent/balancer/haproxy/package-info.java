/** Tests of the HAProxy adapter against a real HAProxy. */
@NullMarked
package dev.slipway.agent.balancer.haproxy;

import org.jspecify.annotations.NullMarked;
