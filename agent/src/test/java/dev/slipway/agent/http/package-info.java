/** Tests of {@link dev.slipway.agent.http}. */
@NullMarked
package dev.slipway.agent.http;

import org.jspecify.annotations.NullMarked;
