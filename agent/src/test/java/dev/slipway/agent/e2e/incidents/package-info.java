/** What goes wrong or changes on whole machines behind HAProxy, while users send requests. */
@NullMarked
package dev.slipway.agent.e2e.incidents;

import org.jspecify.annotations.NullMarked;
