/**
 * Tests of what surrounds the code: launchers, units, and what the distribution holds.
 *
 * <p>They run the real files of the repository; what would be slow or would change the machine,
 * such as a build, is played by a script.
 */
@NullMarked
package dev.slipway.agent.packaging;

import org.jspecify.annotations.NullMarked;
