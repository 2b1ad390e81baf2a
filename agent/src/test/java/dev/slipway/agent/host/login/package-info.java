/** Hosts as their addresses and logins happen to be. */
@NullMarked
package dev.slipway.agent.host.login;

import org.jspecify.annotations.NullMarked;
