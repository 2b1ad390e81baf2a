/** Tests of how nginx is steered. */
@NullMarked
package dev.slipway.agent.balancer.nginx;

import org.jspecify.annotations.NullMarked;
