/**
 * What happens again and again: polls, drift checks, clean-ups.
 *
 * <p>A schedule says when; it is no lock, and nothing is safe merely because it is scheduled.
 * Quartz keeps the times in memory, the work itself runs on virtual threads.
 */
@NullMarked
package dev.slipway.agent.schedule;

import org.jspecify.annotations.NullMarked;
