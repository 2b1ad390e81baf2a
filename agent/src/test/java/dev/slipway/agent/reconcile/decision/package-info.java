/** Tables of situations, each with what an operator would expect to come next. */
@NullMarked
package dev.slipway.agent.reconcile.decision;

import org.jspecify.annotations.NullMarked;
