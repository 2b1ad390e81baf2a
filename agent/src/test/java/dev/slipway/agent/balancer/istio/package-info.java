/** Tests of the balancer that is a route of Istio, with a stand-in for the API server. */
@NullMarked
package dev.slipway.agent.balancer.istio;

import org.jspecify.annotations.NullMarked;
