/** What happens to units of systemd when a link is set, on real machines. */
@NullMarked
package dev.slipway.agent.host.site.activation;

import org.jspecify.annotations.NullMarked;
