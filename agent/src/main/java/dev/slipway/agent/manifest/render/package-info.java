/**
 * An application written out as it is read: with the layers over and under it and with every
 * default that nobody wrote.
 *
 * <p>The defaults are taken from what the reader made of the tree, never from a list of their own,
 * so that what is shown is what is used.
 */
@NullMarked
package dev.slipway.agent.manifest.render;

import org.jspecify.annotations.NullMarked;
