/** Tests of {@link dev.slipway.agent.telemetry}. */
@NullMarked
package dev.slipway.agent.telemetry;

import org.jspecify.annotations.NullMarked;
