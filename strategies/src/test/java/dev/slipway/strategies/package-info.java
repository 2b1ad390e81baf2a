/** Strategies against described fleets: nothing here runs a step. */
@NullMarked
package dev.slipway.strategies;

import org.jspecify.annotations.NullMarked;
