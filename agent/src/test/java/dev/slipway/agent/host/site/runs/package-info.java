/** Commands of a release that end by themselves: its tasks, and the hooks of its life on a host. */
@NullMarked
package dev.slipway.agent.host.site.runs;

import org.jspecify.annotations.NullMarked;
