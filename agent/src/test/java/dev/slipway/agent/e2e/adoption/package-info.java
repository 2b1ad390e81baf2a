/** What runs before Slipway comes, taken over whole. */
@NullMarked
package dev.slipway.agent.e2e.adoption;

import org.jspecify.annotations.NullMarked;
