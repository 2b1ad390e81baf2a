/** Tests of the advisor: every way down the tree, and what he says of what is not built yet. */
@NullMarked
package dev.slipway.strategies.advice;

import org.jspecify.annotations.NullMarked;
