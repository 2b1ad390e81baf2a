/**
 * Strategies, and what a rollout will do, as plain data.
 *
 * <p>Types here are immutable and know nothing of SSH, HTTP, SQL, clocks or threads; they may be
 * printed, compared, journalled and simulated. Making a plan true is the agent's job.
 */
@NullMarked
package dev.slipway.strategies;

import org.jspecify.annotations.NullMarked;
