/**
 * What files mean together: the agent's own file, and what a config repository asks for.
 *
 * <p>Everything is checked before anything is returned. What a branch may say is bounded by the
 * trunk, and what the trunk may say by the agent's own file; a wrong application is that
 * application's trouble and no other's.
 */
@NullMarked
package dev.slipway.agent.manifest.reading;

import org.jspecify.annotations.NullMarked;
