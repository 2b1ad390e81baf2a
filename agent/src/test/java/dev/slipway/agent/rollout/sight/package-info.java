/** Tests of what follows from what was seen. */
@NullMarked
package dev.slipway.agent.rollout.sight;

import org.jspecify.annotations.NullMarked;
