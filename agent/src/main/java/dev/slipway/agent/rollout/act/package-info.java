/**
 * Steps made true: one interpreter for each family of steps, over ports.
 *
 * <p>An interpreter can apply a step and can observe whether what the step says is true. It knows
 * nothing of lanes, plans or what comes next; it may not stop anything that a balancer may still
 * send requests to.
 */
@NullMarked
package dev.slipway.agent.rollout.act;

import org.jspecify.annotations.NullMarked;
