/** Health questions to real servers. */
@NullMarked
package dev.slipway.agent.probe;

import org.jspecify.annotations.NullMarked;
