/**
 * HAProxy, steered through its runtime API.
 *
 * <p>The API never fails by exit code: success is an empty reply, and what counts is what is read
 * back. Its changes do not outlive a restart, so every answer carries the process that gave it.
 * Over a Unix socket changes are made under the lock of the machine that holds it; a TCP socket
 * cannot be fenced, so it is for a single agent only.
 */
@NullMarked
package dev.slipway.agent.balancer.haproxy;

import org.jspecify.annotations.NullMarked;
