/** Simulations at the command line and on their page: what is printed can be read and parsed. */
@NullMarked
package dev.slipway.agent.cli.simulate;

import org.jspecify.annotations.NullMarked;
