/**
 * The test bench: real servers, real faults, and nothing that touches the machine it runs on.
 *
 * <p>A fixture starts a server on free loopback ports, with its whole configuration in a directory
 * that the test owns, and ends it again. A server that is not installed skips the test and says how
 * to install it; where {@code SLIPWAY_REQUIRE_SERVERS=true} is set, as in CI, it fails the test.
 * Nothing here is mocked, and nothing here sleeps: what takes time is polled.
 */
@NullMarked
package dev.slipway.agent.bench;

import org.jspecify.annotations.NullMarked;
