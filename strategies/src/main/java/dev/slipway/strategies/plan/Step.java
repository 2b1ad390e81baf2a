package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Naming;

/**
 * One action of a plan, which says what is true afterwards.
 *
 * <p>Every step is safe to run again after a crash. The four families have one interpreter each.
 */
public sealed interface Step permits InstanceStep, TrafficStep, WaitStep, JudgeStep {

  /** Returns the step as one line for people. */
  String render(Naming naming);

  /** Returns the step as people see it where the application has one role. */
  default String render() {
    return render(Naming.BY_HOST);
  }
}
