/**
 * The links that static sites are served from: where one may lie on a host, and whose it is there.
 */
@NullMarked
package dev.slipway.agent.manifest.links;

import org.jspecify.annotations.NullMarked;
