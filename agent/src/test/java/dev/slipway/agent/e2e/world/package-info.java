/** The parts of a deployment that the tests of whole deployments stand on. */
@NullMarked
package dev.slipway.agent.e2e.world;

import org.jspecify.annotations.NullMarked;
