package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.trial.Warmup;
import java.time.Duration;

/** A step that waits; each has an end, and each can be interrupted. */
public sealed interface WaitStep extends Step {

  /**
   * Every balancer shows the instance without requests, or the policy for those that stay acted.
   */
  record AwaitIdle(Instance instance, DrainPolicy policy) implements WaitStep {
    @Override
    public String render(Naming naming) {
      return "await %s idle, at most %s, then %s"
          .formatted(naming.of(instance), Durations.text(policy.timeout()), policy.onTimeout());
    }
  }

  /** Time passes. A pause that a crash cut starts again from zero. */
  record Pause(Duration duration) implements WaitStep {
    @Override
    public String render(Naming naming) {
      return "pause %s".formatted(Durations.text(duration));
    }
  }

  /** A lane of the background is done. */
  record Join(String lane) implements WaitStep {
    @Override
    public String render(Naming naming) {
      return "join %s".formatted(lane);
    }
  }

  /** The instance had requests that nobody waits for; single ones that fail are only told. */
  record WarmUp(Instance instance, Warmup warmup) implements WaitStep {
    @Override
    public String render(Naming naming) {
      return "warm %s up: %s, %d times, %d at once, at most %s"
          .formatted(
              naming.of(instance),
              warmup.inquiry().text(),
              warmup.requests(),
              warmup.concurrency(),
              Durations.text(warmup.deadline()));
    }
  }
}
