/** Tests of machines, sites and the script, against real shells and servers. */
@NullMarked
package dev.slipway.agent.host;

import org.jspecify.annotations.NullMarked;
