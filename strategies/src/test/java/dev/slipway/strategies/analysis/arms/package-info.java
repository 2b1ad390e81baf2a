/** Tests of what decides between two releases, beside values that R and textbooks give. */
@NullMarked
package dev.slipway.strategies.analysis.arms;

import org.jspecify.annotations.NullMarked;
