/**
 * Applications that run before Slipway comes: what they are found to be, and how the release that
 * runs becomes one to go back to. Nothing is restarted by it.
 */
@NullMarked
package dev.slipway.agent.reconcile.adoption;

import org.jspecify.annotations.NullMarked;
