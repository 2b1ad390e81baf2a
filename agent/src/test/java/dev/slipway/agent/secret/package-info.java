/** Tests of {@link dev.slipway.agent.secret}. */
@NullMarked
package dev.slipway.agent.secret;

import org.jspecify.annotations.NullMarked;
