/** Who gets which share of the requests, worked out by example. */
@NullMarked
package dev.slipway.strategies.traffic;

import org.jspecify.annotations.NullMarked;
