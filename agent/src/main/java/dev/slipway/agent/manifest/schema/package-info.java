/**
 * The shape of manifests: JSON Schemas, checked against a tree that knows its places.
 *
 * <p>The schema files are the one source for validation, editors and documents. Their keywords
 * {@code x-fact} and {@code x-use} are the halves of the message that a wrong value gets, and
 * {@code x-later} refuses by name what a later version will support.
 */
@NullMarked
package dev.slipway.agent.manifest.schema;

import org.jspecify.annotations.NullMarked;
