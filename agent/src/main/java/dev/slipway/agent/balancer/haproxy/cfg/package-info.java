/**
 * HAProxy's configuration file, read to say what it lacks. Nothing here writes one.
 *
 * <p>Knows the language of the file as far as sections and words, and nothing of machines.
 */
@NullMarked
package dev.slipway.agent.balancer.haproxy.cfg;

import org.jspecify.annotations.NullMarked;
