/**
 * What balancers that run on machines have in common: the way to where they answer, the lock beside
 * what they are steered by, and the proof that one that is silent carries nothing.
 *
 * <p>It knows machines and no balancer's language.
 */
@NullMarked
package dev.slipway.agent.balancer.machine;

import org.jspecify.annotations.NullMarked;
