/**
 * What exists: applications, their roles, releases, hosts and the slots on them.
 *
 * <p>Everything here is immutable and checked when it is made. Nothing here says what should
 * happen; that is the business of plans.
 */
@NullMarked
package dev.slipway.strategies.fleet;

import org.jspecify.annotations.NullMarked;
