/**
 * The kinds of manifests as records: what one file says, before it is put together with others.
 *
 * <p>Trees that come here have passed their schema, so reading asks for fields and not for shapes.
 * What a schema cannot say, such as a time that must be longer than another, is found here.
 */
@NullMarked
package dev.slipway.agent.manifest.kind;

import org.jspecify.annotations.NullMarked;
