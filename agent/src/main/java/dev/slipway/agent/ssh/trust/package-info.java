/**
 * Who is who over SSH: the host keys that are pinned, and the key that we show.
 *
 * <p>A server is trusted by {@link dev.slipway.agent.ssh.trust.PinnedKeys} or not at all, and a key
 * file that others can read is not used.
 */
@NullMarked
package dev.slipway.agent.ssh.trust;

import org.jspecify.annotations.NullMarked;
