/**
 * {@code slipway advise}: which strategy suits, asked of a person or told by options.
 *
 * <p>Nothing here knows of the commands beside it; the command line hangs it in.
 */
@NullMarked
package dev.slipway.agent.cli.advise;

import org.jspecify.annotations.NullMarked;
