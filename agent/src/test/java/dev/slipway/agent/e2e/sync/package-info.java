/**
 * What an environment's {@code syncPolicy} adds to deploying: what others changed is changed back,
 * and what was taken out of it is stopped.
 */
@NullMarked
package dev.slipway.agent.e2e.sync;

import org.jspecify.annotations.NullMarked;
