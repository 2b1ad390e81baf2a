/**
 * The command line: words to requests, answers to text and exit codes.
 *
 * <p>Commands that ask a running agent go through its API; the command line never becomes a second
 * agent. What it may start is handed to it by {@code Main}.
 */
@NullMarked
package dev.slipway.agent.cli;

import org.jspecify.annotations.NullMarked;
