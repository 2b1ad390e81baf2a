/** Webhooks in plans: at which moments of which phases services of others are asked and told. */
@NullMarked
package dev.slipway.strategies.webhook;

import org.jspecify.annotations.NullMarked;
