/** Tests of the verdict: every limit at its edge, few requests, and numbers that are missing. */
@NullMarked
package dev.slipway.strategies.analysis;

import org.jspecify.annotations.NullMarked;
