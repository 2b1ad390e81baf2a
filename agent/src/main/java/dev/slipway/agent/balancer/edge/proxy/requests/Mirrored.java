package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.agent.balancer.edge.proxy.comparing.Pending;
import java.util.Optional;

/**
 * What a request has to do with a copy of it.
 *
 * @param isFollowed whether its body is kept, until {@link Pool#unfollow}
 * @param pending what its answer is compared with; empty if it is not
 */
record Mirrored(boolean isFollowed, Optional<Pending> pending) {
  /** There is no copy of it. */
  static final Mirrored NOT = new Mirrored(false, Optional.empty());
}
