package dev.slipway.agent.rollout.judge;

import dev.slipway.agent.metrics.MetricSource;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Goal;
import java.util.Optional;

/** Where the numbers of one deployment come from. Safe for use by several threads. */
public interface Sources {
  /** No numbers at all. */
  Sources NONE = (_, _) -> Optional.empty();

  /**
   * Returns a source, which whoever made these closes; nothing if there is none.
   *
   * @param provider as manifests name it: {@code balancer}, {@code prometheus}, {@code json},
   *     {@code command}
   * @param role whose requests are meant
   */
  Optional<MetricSource> source(String provider, String role);

  /** Hears what an A/B test has counted of both releases by one of its goals, at each look. */
  default void counted(Goal goal, Contest.Pair seen) {}
}
