/**
 * A YAML text as a tree of which every node knows its place.
 *
 * <p>The reader takes the part of YAML that everyone reads alike. What tools are known to read
 * differently (anchors, merge keys, tags, plain texts that look like something else) is refused
 * where it stands, and every limit is checked before memory is spent.
 */
@NullMarked
package dev.slipway.agent.manifest.yaml;

import org.jspecify.annotations.NullMarked;
