/**
 * What an instance of a new release must stand before users ask it anything: requests that warm it
 * up, and requests that must be answered well.
 */
@NullMarked
package dev.slipway.strategies.fleet.trial;

import org.jspecify.annotations.NullMarked;
