/** Tests of turns, with threads that wait for one another. */
@NullMarked
package dev.slipway.agent.reconcile.turns;

import org.jspecify.annotations.NullMarked;
