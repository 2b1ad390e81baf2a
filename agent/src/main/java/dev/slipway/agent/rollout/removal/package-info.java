/**
 * What makes an end of a deployment: off its balancers, stopped, and gone from its hosts.
 *
 * <p>Every act may be repeated, so that it goes on from wherever it was cut off. What is wanted,
 * and what is written down about it, is the caller's.
 */
@NullMarked
package dev.slipway.agent.rollout.removal;

import org.jspecify.annotations.NullMarked;
