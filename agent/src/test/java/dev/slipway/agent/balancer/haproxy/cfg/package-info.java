/** Tests of reading HAProxy's configuration. */
@NullMarked
package dev.slipway.agent.balancer.haproxy.cfg;

import org.jspecify.annotations.NullMarked;
