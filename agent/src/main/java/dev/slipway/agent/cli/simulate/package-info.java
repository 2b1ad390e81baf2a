/**
 * {@code slipway simulate}: a rollout on a fleet that exists in memory only, as text, drawing or
 * JSON.
 *
 * <p>Nothing here knows of the commands beside it; the command line hangs it in.
 */
@NullMarked
package dev.slipway.agent.cli.simulate;

import org.jspecify.annotations.NullMarked;
