package dev.slipway.strategies.plan;

import java.util.List;

/**
 * Steps that follow each other, with the steps that restore what was there before.
 *
 * @param id unique in its plan
 * @param restore fixed when the plan is made; empty where nothing needs to be restored
 */
public record Lane(String id, List<Step> steps, List<Step> restore) {
  public Lane {
    steps = List.copyOf(steps);
    restore = List.copyOf(restore);
    if (id.isBlank() || steps.isEmpty()) {
      throw new IllegalArgumentException("a lane needs an id and at least one step");
    }
  }
}
