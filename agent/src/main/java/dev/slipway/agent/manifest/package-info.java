/**
 * YAML to the model: what an agent may do, and what a repository asks it to do.
 *
 * <p>A file is read to its end: either its meaning, or every problem in it at once, each with file,
 * line, column, what was found and what to do.
 */
@NullMarked
package dev.slipway.agent.manifest;

import org.jspecify.annotations.NullMarked;
