package dev.slipway.strategies;

import dev.slipway.strategies.plan.Situation;
import java.time.Duration;

/** How one release takes the place of another; each strategy is a record of its parameters. */
public sealed interface Strategy permits Rolling, Recreate, BlueGreen, Canary, Ramped {

  /** Returns the name that manifests use. */
  String name();

  /** Returns how long nothing may move before the rollout counts as failed. */
  Duration progressDeadline();

  /** Returns the same with nobody to ask: a way back has no gates, ever. */
  Strategy unattended();

  /** Returns what to do, or why it cannot be done. Pure: the same situation, the same answer. */
  Planning plan(Situation situation);
}
