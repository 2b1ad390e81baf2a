/** Deployments that need secrets, of which nobody may learn who has no need. */
@NullMarked
package dev.slipway.agent.e2e.secrets;

import org.jspecify.annotations.NullMarked;
