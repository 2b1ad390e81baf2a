/**
 * What no commit can widen: the agent's own file says which hosts, directories, units and sources
 * an environment may name, and what one application has on a machine no other can claim.
 *
 * <p>Texts are checked as they are used, after templates were filled, since a template is a way to
 * write what would be refused.
 */
@NullMarked
package dev.slipway.agent.manifest.bounds;

import org.jspecify.annotations.NullMarked;
