package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.trial.Warmup;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Webhook;
import java.time.Duration;
import java.util.Locale;

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

  /**
   * People have approved, or the time for it is over. Approvals that were given before a crash
   * count, and so does the time.
   *
   * @param gate what it is called, for people
   */
  record AwaitApproval(String gate, Approval approval) implements WaitStep {
    public AwaitApproval {
      if (gate.isBlank()) {
        throw new IllegalArgumentException("a gate needs a name");
      }
    }

    @Override
    public String render(Naming naming) {
      return "await approval '%s' by %s, at most %s, then %s"
          .formatted(
              gate,
              approval,
              Durations.text(approval.timeout()),
              approval.onTimeout().name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * A webhook has answered that the rollout may go on, or the time for it is over; the time of a
   * former agent counts. It is asked again and again, which does no harm.
   *
   * @param before what comes after the gate, for people
   * @param release what it is asked about
   */
  record AwaitWebhook(String before, ReleaseId release, Webhook webhook) implements WaitStep {
    @Override
    public String render(Naming naming) {
      return "await webhook %s every %s, at most %s, then %s"
          .formatted(
              webhook,
              Durations.text(webhook.interval()),
              Durations.text(webhook.deadline()),
              webhook.onTimeout().name().toLowerCase(Locale.ROOT));
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
