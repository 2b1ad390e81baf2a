/** Branches that come and go, each with an environment of its own on a real agent and edge. */
@NullMarked
package dev.slipway.agent.e2e.previews;

import org.jspecify.annotations.NullMarked;
