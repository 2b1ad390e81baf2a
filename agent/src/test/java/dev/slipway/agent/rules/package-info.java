/**
 * The rules of the house, as tests: what may know what, and what code looks like.
 *
 * <p>They read the code of both modules. Each rule fails when it finds nothing to look at, so that
 * a renamed package cannot switch it off.
 */
@NullMarked
package dev.slipway.agent.rules;

import org.jspecify.annotations.NullMarked;
