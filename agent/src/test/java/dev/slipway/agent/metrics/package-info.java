/** Goal: no answer of a source is taken for a number unless it is one, and for nothing better. */
@NullMarked
package dev.slipway.agent.metrics;

import org.jspecify.annotations.NullMarked;
