/** Fleets that others had set up, and that Slipway goes on with. */
@NullMarked
package dev.slipway.agent.e2e.adoption;

import org.jspecify.annotations.NullMarked;
