package dev.slipway.strategies.plan;

/** A step that asks whether to go on. */
public sealed interface JudgeStep extends Step {

  /** At least so many instances are healthy and, by every balancer's word, get requests. */
  record Capacity(int minServing) implements JudgeStep {
    public Capacity {
      if (minServing < 0) {
        throw new IllegalArgumentException("minServing %d is below zero".formatted(minServing));
      }
    }

    @Override
    public String render() {
      return "check that at least %d serve".formatted(minServing);
    }
  }
}
