/** Whole rollouts on fleets that exist in memory only. */
@NullMarked
package dev.slipway.strategies.simulation;

import org.jspecify.annotations.NullMarked;
