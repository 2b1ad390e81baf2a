package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Naming;

/** A step that asks whether to go on. */
public sealed interface JudgeStep extends Step {

  /**
   * At least so many instances of the role are healthy and, by every balancer's word, get requests.
   */
  record Capacity(String role, int minServing) implements JudgeStep {
    public Capacity {
      if (minServing < 0) {
        throw new IllegalArgumentException("minServing %d is below zero".formatted(minServing));
      }
    }

    @Override
    public String render(Naming naming) {
      return "check that at least %d%s serve".formatted(minServing, naming.whose(role));
    }
  }
}
