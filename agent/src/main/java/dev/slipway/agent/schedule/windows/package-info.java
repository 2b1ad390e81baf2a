/**
 * When rollouts may start: windows as Argo CD knows them.
 *
 * <p>Knows times and zones, and nothing of what starts then.
 */
@NullMarked
package dev.slipway.agent.schedule.windows;

import org.jspecify.annotations.NullMarked;
