/**
 * What comes next for an application, decided from facts alone: it asks nobody and does nothing.
 */
@NullMarked
package dev.slipway.agent.reconcile.decision;

import org.jspecify.annotations.NullMarked;
