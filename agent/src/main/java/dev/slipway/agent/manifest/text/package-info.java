/**
 * Values that manifests write as text of a form of their own: durations, ranges of hosts, numbers.
 *
 * <p>Each is read once its schema has found it well formed.
 */
@NullMarked
package dev.slipway.agent.manifest.text;

import org.jspecify.annotations.NullMarked;
