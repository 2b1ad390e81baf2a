/**
 * Git: where what is wanted comes from, and where the truth goes.
 *
 * <p>Bare repositories only. Blobs are read by path from a commit, nothing is ever checked out, and
 * no process is started.
 */
@NullMarked
package dev.slipway.agent.source;

import org.jspecify.annotations.NullMarked;
