/**
 * The time of a preview: no rollout without ports of its own, and nothing left when it is over.
 *
 * <p>Knows the journal and what rollouts offer, and nothing of workers.
 */
@NullMarked
package dev.slipway.agent.reconcile.preview;

import org.jspecify.annotations.NullMarked;
