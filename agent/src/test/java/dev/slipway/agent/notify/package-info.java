/** Tests of {@link dev.slipway.agent.notify}. */
@NullMarked
package dev.slipway.agent.notify;

import org.jspecify.annotations.NullMarked;
