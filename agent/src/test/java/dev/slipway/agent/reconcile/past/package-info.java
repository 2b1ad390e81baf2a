/** Tests of what the journal knows of the past, on a journal in memory. */
@NullMarked
package dev.slipway.agent.reconcile.past;

import org.jspecify.annotations.NullMarked;
