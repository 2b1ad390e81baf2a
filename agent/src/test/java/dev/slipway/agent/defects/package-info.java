/**
 * The list of what was wrong with the scripts that the product grew from, held against its tests.
 *
 * <p>The tests themselves lie beside what they test, in classes called {@code SeedDefects…Test}.
 */
@NullMarked
package dev.slipway.agent.defects;

import org.jspecify.annotations.NullMarked;
