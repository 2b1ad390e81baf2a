package dev.slipway.agent.rollout.judge;

import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.analysis.arms.Arm;

/** Who hears what A/B tests have counted so far. Safe for use by several threads. */
@FunctionalInterface
public interface Tallies {
  /** Nobody hears it. */
  Tallies NONE = (_, _, _, _) -> {};

  /**
   * Hears all that was counted of one release since its test began.
   *
   * @param goal its name
   * @param arm {@code stable} or {@code candidate}
   */
  void counted(Target target, String goal, String arm, Arm seen);
}
