/**
 * Hosts, a balancer and strangers between them that obey a test, and keep the contract of real
 * ones.
 */
@NullMarked
package dev.slipway.agent.rollout.fake;

import org.jspecify.annotations.NullMarked;
