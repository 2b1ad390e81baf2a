/**
 * What the journal tells of an application: the releases that were stable, which of them lies
 * behind which, and how far a rollout has come.
 *
 * <p>Knows the journal only.
 */
@NullMarked
package dev.slipway.agent.reconcile.past;

import org.jspecify.annotations.NullMarked;
