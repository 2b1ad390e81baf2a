/**
 * What Slipway leaves on a host: the releases of an application, their links and their services,
 * all changed through one POSIX script.
 *
 * <p>The script lies in {@code <deployPath>/.slipway/} under its own digest and is sent when it is
 * missing. It takes the lock, refuses an older epoch, acts, and answers in lines that begin with a
 * word chosen for the call, so that whatever a login shell prints does no harm. Here are the two
 * ports that stand on it: {@link dev.slipway.agent.host.site.Sites} for applications and {@link
 * dev.slipway.agent.host.site.Fence} for whatever else must not be changed by two agents at once.
 */
@NullMarked
package dev.slipway.agent.host.site;

import org.jspecify.annotations.NullMarked;
