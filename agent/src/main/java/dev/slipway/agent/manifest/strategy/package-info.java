/**
 * What {@code strategies/<name>.yaml} says: a strategy with its parameters, in the words of Argo
 * Rollouts or of Flagger where they have one, read into the records of the model.
 */
@NullMarked
package dev.slipway.agent.manifest.strategy;

import org.jspecify.annotations.NullMarked;
