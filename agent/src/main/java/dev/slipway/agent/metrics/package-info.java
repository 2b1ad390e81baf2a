/**
 * Where analysis gets its numbers: the balancers' own counters, Prometheus, any JSON over HTTP, and
 * programs on the agent's machine.
 *
 * <p>A {@link dev.slipway.agent.metrics.MetricSource} is asked a {@link
 * dev.slipway.agent.metrics.Question} and answers with a {@link dev.slipway.agent.metrics.Reading};
 * that nothing is known is an answer of its own, and never a good one.
 */
@NullMarked
package dev.slipway.agent.metrics;

import org.jspecify.annotations.NullMarked;
