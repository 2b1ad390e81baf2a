/**
 * What lies over what: an application with the project's defaults under it and an environment's
 * patch over it, every value still with the place where somebody wrote it.
 *
 * <p>A patch is laid over the tree before that is read, so whatever comes of it is told where the
 * patch stands, and stops that application in that environment and nothing else.
 */
@NullMarked
package dev.slipway.agent.manifest.layers;

import org.jspecify.annotations.NullMarked;
