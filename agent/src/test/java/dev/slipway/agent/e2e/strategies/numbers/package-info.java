/** Bad releases, and those of whom nothing is known: numbers decide what becomes of them. */
@NullMarked
package dev.slipway.agent.e2e.strategies.numbers;

import org.jspecify.annotations.NullMarked;
