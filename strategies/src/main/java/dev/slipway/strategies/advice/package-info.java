/**
 * What a strategy is chosen by: the questions, the answers that lead to each, and what each costs.
 *
 * <p>{@link dev.slipway.strategies.advice.Advisor} walks through them.
 */
@NullMarked
package dev.slipway.strategies.advice;

import org.jspecify.annotations.NullMarked;
