/**
 * Reads strategies that share requests out by weight: canary, in the words of Argo Rollouts or of
 * Flagger, and ramped.
 */
@NullMarked
package dev.slipway.agent.manifest.kind.canary;

import org.jspecify.annotations.NullMarked;
