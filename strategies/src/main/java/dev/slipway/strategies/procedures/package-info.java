/** Tasks and hooks of releases, laid into a plan that was made without them. */
@NullMarked
package dev.slipway.strategies.procedures;

import org.jspecify.annotations.NullMarked;
