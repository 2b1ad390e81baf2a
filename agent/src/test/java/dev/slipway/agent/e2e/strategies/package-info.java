/** Strategies that move traffic, behind each balancer that can carry them, with real requests. */
@NullMarked
package dev.slipway.agent.e2e.strategies;

import org.jspecify.annotations.NullMarked;
