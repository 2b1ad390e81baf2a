/**
 * Environments that branches bring with them: how they are called, which of them may be there, and
 * which ports they have.
 *
 * <p>Pure: knows no files, no hosts and no journal; what is held already is told to it.
 */
@NullMarked
package dev.slipway.agent.manifest.preview;

import org.jspecify.annotations.NullMarked;
