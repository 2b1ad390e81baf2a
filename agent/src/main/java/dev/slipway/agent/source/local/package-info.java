/**
 * Repositories on this machine that Slipway itself makes: for the demo, and to begin with.
 *
 * <p>They are written without Git being installed.
 */
@NullMarked
package dev.slipway.agent.source.local;

import org.jspecify.annotations.NullMarked;
