/** How manifests name hosts: one by its name, or several by a range such as {@code web[01:12]}. */
@NullMarked
package dev.slipway.agent.manifest.hosts;

import org.jspecify.annotations.NullMarked;
