/**
 * Two releases side by side, each with its own users: what is counted for each of them, and which
 * of them the numbers speak for.
 *
 * <p>The numbers are tested once, when the time or the sample that was asked for is reached.
 * Whoever looks at a test again and again and stops when he likes the answer, likes it too often.
 */
@NullMarked
package dev.slipway.strategies.analysis.arms;

import org.jspecify.annotations.NullMarked;
