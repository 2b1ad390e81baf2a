/** Advice at the command line and on its page: what is recommended can be written as it is. */
@NullMarked
package dev.slipway.agent.cli.advise;

import org.jspecify.annotations.NullMarked;
