/**
 * The table of strategies, measured: each of them behind each balancer that can carry it, with real
 * requests, once there and once back. It is a benchmark and no test, and runs when it is asked for.
 */
@NullMarked
package dev.slipway.agent.e2e.comparison;

import org.jspecify.annotations.NullMarked;
