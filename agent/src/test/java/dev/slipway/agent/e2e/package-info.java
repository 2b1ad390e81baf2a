/**
 * Whole deployments with real parts: a Git server that is pushed to, an agent, hosts that run a
 * real application, a balancer, and clients that count every request.
 */
@NullMarked
package dev.slipway.agent.e2e;

import org.jspecify.annotations.NullMarked;
