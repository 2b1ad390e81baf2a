/**
 * The files of a release on the agent: fetched, checked against what was promised, and safe to
 * send.
 *
 * <p>Nothing is unpacked on the agent's disk by name; hostile archives are refused before a host
 * sees them.
 */
@NullMarked
package dev.slipway.agent.artifact;

import org.jspecify.annotations.NullMarked;
