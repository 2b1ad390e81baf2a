/** The example repository by a real agent, on machines that were set up as its page says. */
@NullMarked
package dev.slipway.agent.e2e.examples;

import org.jspecify.annotations.NullMarked;
