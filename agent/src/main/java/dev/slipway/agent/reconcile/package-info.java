/**
 * Wanted against running: what starts, supersedes and reverts rollouts.
 *
 * <p>Decisions are made from what is observed, not from what happened, so that a lost or repeated
 * event does no harm. Each application has a thread of its own, and a bad one disturbs no other.
 */
@NullMarked
package dev.slipway.agent.reconcile;

import org.jspecify.annotations.NullMarked;
