/**
 * Plans carried out: the intent is journalled, then acted on, then the outcome is journalled.
 *
 * <p>A {@link dev.slipway.agent.rollout.Rollouts} runs one rollout for each application and
 * environment. A step that was started and did not end is unknown: it is observed, then repeated or
 * passed over. When too much fails, the way back is a new plan, made from what is observed.
 */
@NullMarked
package dev.slipway.agent.rollout;

import org.jspecify.annotations.NullMarked;
