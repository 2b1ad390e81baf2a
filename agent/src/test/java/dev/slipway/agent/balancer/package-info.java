/** What every balancer promises, stated once; the tests of the adapters run it. */
@NullMarked
package dev.slipway.agent.balancer;

import org.jspecify.annotations.NullMarked;
