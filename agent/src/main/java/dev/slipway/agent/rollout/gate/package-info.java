/**
 * Rollouts that wait for people: which steps wait, how a vote is counted, and how it is heard.
 *
 * <p>Everything is read from the journal, so an approval that was given counts after a crash too.
 */
@NullMarked
package dev.slipway.agent.rollout.gate;

import org.jspecify.annotations.NullMarked;
