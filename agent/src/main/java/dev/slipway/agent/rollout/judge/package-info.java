/**
 * A release watched by its numbers: what is asked of which source, and when.
 *
 * <p>The verdict itself is made in {@link dev.slipway.strategies.analysis.Judge}. Every number
 * reaches back to the beginning of its step at most, so that no step is judged by a former one.
 */
@NullMarked
package dev.slipway.agent.rollout.judge;

import org.jspecify.annotations.NullMarked;
