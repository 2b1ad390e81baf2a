/**
 * A balancer without a process: on each host a symbolic link, which says which slot of a static
 * site is served there.
 *
 * <p>What is at the link's place and is no link to a slot belongs to somebody else: it is reported,
 * never changed.
 */
@NullMarked
package dev.slipway.agent.balancer.symlink;

import org.jspecify.annotations.NullMarked;
