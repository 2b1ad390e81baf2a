/** Tests of what a bootstrapped host lets the deploying user do. */
@NullMarked
package dev.slipway.agent.host.bootstrap;

import org.jspecify.annotations.NullMarked;
