/** Many small applications under one agent, good and bad ones together. */
@NullMarked
package dev.slipway.agent.e2e.crowd;

import org.jspecify.annotations.NullMarked;
