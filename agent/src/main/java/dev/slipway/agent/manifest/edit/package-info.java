/**
 * Manifests changed in place: only the values that are meant, so that comments and layout stay.
 *
 * <p>A value is replaced where the reader found it. Nothing is written out anew, because what
 * people wrote around a value is theirs.
 */
@NullMarked
package dev.slipway.agent.manifest.edit;

import org.jspecify.annotations.NullMarked;
