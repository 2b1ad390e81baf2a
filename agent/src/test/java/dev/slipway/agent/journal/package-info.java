/** The journal's promises, for its SQLite store and for the fake that other tests use. */
@NullMarked
package dev.slipway.agent.journal;

import org.jspecify.annotations.NullMarked;
