/**
 * The SSH connection that Git, hosts and balancers share.
 *
 * <p>{@link dev.slipway.agent.ssh.Ssh} dials a server whose key is pinned in a {@code known_hosts}
 * file; nothing is ever accepted that is not written there, and no file of the account's own {@code
 * ~/.ssh} is read. Every phase has a deadline, kept by a watchdog of ours because a silent peer can
 * hold the library for ever.
 */
@NullMarked
package dev.slipway.agent.ssh;

import org.jspecify.annotations.NullMarked;
