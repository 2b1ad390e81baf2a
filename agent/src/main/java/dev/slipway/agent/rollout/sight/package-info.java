/**
 * What was seen of processes and balancers, and what follows from it without looking again.
 *
 * <p>Nothing here asks anybody anything.
 */
@NullMarked
package dev.slipway.agent.rollout.sight;

import org.jspecify.annotations.NullMarked;
