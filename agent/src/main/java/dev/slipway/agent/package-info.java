/**
 * The agent: a daemon that makes hosts and balancers run what Git asks for, and its command line.
 *
 * <p>This root package is the only place that wires the others together. Each package below it is
 * one feature: a port (small interface) with its sealed answers is public, adapters are not.
 */
@NullMarked
package dev.slipway.agent;

import org.jspecify.annotations.NullMarked;
