/**
 * Secrets by name: where they lie, whether they are kept well, and what they log in with.
 *
 * <p>Names travel through manifests and the journal; values are read here when they are needed and
 * handed to nobody who would keep them. This package knows no server and no manifest.
 */
@NullMarked
package dev.slipway.agent.secret;

import org.jspecify.annotations.NullMarked;
