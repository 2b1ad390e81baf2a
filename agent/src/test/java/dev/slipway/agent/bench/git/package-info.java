/**
 * Git servers and the people who push to them, all played by the real {@code git}.
 *
 * <p>One bare repository can be reached as a file, over SSH and over HTTP at the same time, so that
 * a test can push one way and let the agent read another.
 */
@NullMarked
package dev.slipway.agent.bench.git;

import org.jspecify.annotations.NullMarked;
