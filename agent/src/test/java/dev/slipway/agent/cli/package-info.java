/** The command line as people type it. */
@NullMarked
package dev.slipway.agent.cli;

import org.jspecify.annotations.NullMarked;
