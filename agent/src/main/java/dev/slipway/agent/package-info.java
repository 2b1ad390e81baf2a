/**
 * The daemon and its command line; {@code Agent} is the only place that wires things together.
 *
 * <p>Packages are by feature. A port and its sealed answers are public, every adapter is
 * package-private and final.
 */
@NullMarked
package dev.slipway.agent;

import org.jspecify.annotations.NullMarked;
