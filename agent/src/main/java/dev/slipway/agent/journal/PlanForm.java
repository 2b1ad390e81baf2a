package dev.slipway.agent.journal;

import dev.slipway.strategies.plan.Plan;

/**
 * Plans as JSON for machines: an envelope with a version, and the plan as journals hold it, whose
 * steps have names with versions of their own.
 */
public final class PlanForm {
  private PlanForm() {}

  /** Returns a plan as one JSON object. */
  public static String of(Plan plan) {
    return "{\"apiVersion\":\"slipway.dev/v1alpha1\",\"kind\":\"Plan\",\"plan\":%s}"
        .formatted(Wire.write(plan));
  }
}
