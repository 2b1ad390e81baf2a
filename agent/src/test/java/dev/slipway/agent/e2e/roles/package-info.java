/** One application with several roles, by a real agent on this machine. */
@NullMarked
package dev.slipway.agent.e2e.roles;

import org.jspecify.annotations.NullMarked;
