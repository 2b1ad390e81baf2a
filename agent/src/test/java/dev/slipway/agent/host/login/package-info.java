/** Tests of what may be odd about a login on a host. */
@NullMarked
package dev.slipway.agent.host.login;

import org.jspecify.annotations.NullMarked;
