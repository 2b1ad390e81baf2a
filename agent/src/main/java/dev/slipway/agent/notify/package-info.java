/**
 * People are told what became of rollouts: in Slack, or by JSON to an address of their own.
 *
 * <p>Everything that is told, and whether it was told already, is derived from the journal. A
 * receiver that is slow or gone holds up nothing but its own mail. This package knows neither the
 * reconciler nor any host; addresses are secrets, and no message of ours repeats one.
 */
@NullMarked
package dev.slipway.agent.notify;

import org.jspecify.annotations.NullMarked;
