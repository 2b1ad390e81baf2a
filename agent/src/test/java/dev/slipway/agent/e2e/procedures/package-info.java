/** Whole agents that run what belongs to a release: hooks on each host, tasks once per rollout. */
@NullMarked
package dev.slipway.agent.e2e.procedures;

import org.jspecify.annotations.NullMarked;
