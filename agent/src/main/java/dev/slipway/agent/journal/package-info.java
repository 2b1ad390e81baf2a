/**
 * What the agent did, is doing and was asked to do, durable before anything relies on it.
 *
 * <p>A {@link dev.slipway.agent.journal.Journal} is a list of {@link
 * dev.slipway.agent.journal.Event}s that only grows; pruning replaces finished rollouts by their
 * summaries. Everything that people see and everything that a restarted agent knows is derived from
 * it. Events are written as JSON under names that are chosen by hand and carry a version, so that
 * renaming a class never makes an old journal unreadable.
 */
@NullMarked
package dev.slipway.agent.journal;

import org.jspecify.annotations.NullMarked;
