/**
 * The nginx that people have, steered by one file that it includes.
 *
 * <p>The file says who gets requests, and makes nginx tell, at an address of the machine's own,
 * what it was loaded with. Success is what new workers tell there: {@code nginx -t} and {@code
 * nginx -s reload} may both end well while the master keeps its former configuration. The file is
 * the state, so a restart by anybody loses nothing.
 */
@NullMarked
package dev.slipway.agent.balancer.nginx;

import org.jspecify.annotations.NullMarked;
