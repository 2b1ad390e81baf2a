/**
 * Health, asked: one question to one instance, answered as a value.
 *
 * <p>How often it is asked, and how many good answers in which process make a proof, is the
 * rollout's business.
 */
@NullMarked
package dev.slipway.agent.probe;

import org.jspecify.annotations.NullMarked;
