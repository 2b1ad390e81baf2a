/**
 * What a host needs before Slipway can deploy to it, as a POSIX script that makes it so.
 *
 * <p>{@link dev.slipway.agent.host.bootstrap.HostNeeds} is what an environment asks of one host,
 * {@link dev.slipway.agent.host.bootstrap.Bootstrap} the script for it, which people read, keep and
 * run themselves, or have run over a {@link dev.slipway.agent.host.Machine}. Nothing here knows of
 * manifests, agents or the journal.
 */
@NullMarked
package dev.slipway.agent.host.bootstrap;

import org.jspecify.annotations.NullMarked;
