/**
 * Whose turn it is: how many rollouts an environment has at once, and never two on one host or one
 * backend.
 *
 * <p>Knows what a rollout touches, and nothing of how it is carried out.
 */
@NullMarked
package dev.slipway.agent.reconcile.turns;

import org.jspecify.annotations.NullMarked;
