/** Rollouts on a fleet, balancers and a time that are made up, with every fault we can think of. */
@NullMarked
package dev.slipway.agent.rollout;

import org.jspecify.annotations.NullMarked;
