/** Words that several commands take as values of their options, and what they mean. */
@NullMarked
package dev.slipway.agent.cli.words;

import org.jspecify.annotations.NullMarked;
