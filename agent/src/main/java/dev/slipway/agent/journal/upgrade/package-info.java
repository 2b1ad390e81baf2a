/**
 * What agents of former versions wrote, in the form of today.
 *
 * <p>Only the written form is known here, never the model, so that a change of the model cannot
 * change how old journals are read.
 */
@NullMarked
package dev.slipway.agent.journal.upgrade;

import org.jspecify.annotations.NullMarked;
