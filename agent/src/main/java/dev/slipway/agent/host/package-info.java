/**
 * Hosts: a shell on each, the releases that lie there and the services that run there.
 *
 * <p>{@link dev.slipway.agent.host.Machine} is one machine, over SSH or local. {@link
 * dev.slipway.agent.host.Site} is one application's place on it. Every change goes through one
 * POSIX script on the machine, which holds the lock and refuses an older {@link
 * dev.slipway.agent.host.Epoch}.
 */
@NullMarked
package dev.slipway.agent.host;

import org.jspecify.annotations.NullMarked;
