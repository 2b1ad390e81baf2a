/**
 * What a rollout will do, as plain data.
 *
 * <p>A {@link dev.slipway.strategies.plan.Plan} is a finite list of phases, lanes and steps, chosen
 * before anything is touched. Types here are immutable, know nothing of SSH, HTTP, SQL or clocks,
 * and may be printed, compared, journalled and replayed. Running them is the agent's job.
 */
@NullMarked
package dev.slipway.strategies.plan;

import org.jspecify.annotations.NullMarked;
