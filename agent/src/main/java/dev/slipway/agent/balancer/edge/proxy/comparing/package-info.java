/**
 * Sets answers to copies beside the answers that users get, and counts where they differ; what
 * stands in an answer is never kept or shown.
 */
@NullMarked
package dev.slipway.agent.balancer.edge.proxy.comparing;

import org.jspecify.annotations.NullMarked;
