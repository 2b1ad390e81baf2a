/**
 * Istio: one http route of a VirtualService, steered over the API server of Kubernetes.
 *
 * <p>Only that route's destinations change, and the routes that Slipway set before it. All else in
 * the object stays as it was read, and nothing is written over what somebody else wrote meanwhile.
 */
@NullMarked
package dev.slipway.agent.balancer.istio;

import org.jspecify.annotations.NullMarked;
