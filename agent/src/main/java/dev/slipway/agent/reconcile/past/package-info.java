/**
 * What an application was before: the releases that were stable, and which of them lies behind
 * which.
 *
 * <p>Knows the journal only.
 */
@NullMarked
package dev.slipway.agent.reconcile.past;

import org.jspecify.annotations.NullMarked;
