/** Decisions from facts, turns at hosts, and whole agents against real repositories. */
@NullMarked
package dev.slipway.agent.reconcile;

import org.jspecify.annotations.NullMarked;
