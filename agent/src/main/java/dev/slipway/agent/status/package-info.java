/**
 * What people are told: the state of each application as plain data.
 *
 * <p>The same records are printed by the command line, answered by the API and committed to {@code
 * slipway/status}, so that no view can know more than another.
 */
@NullMarked
package dev.slipway.agent.status;

import org.jspecify.annotations.NullMarked;
