package dev.slipway.agent.journal;

import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.gate.Approval.OnTimeout;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.gate.Webhook.Moment;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.WaitStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events about rollouts in which services of others are called. */
final class WebhookSamples {
  private WebhookSamples() {}

  private static Webhook webhook(Moment type) {
    return new Webhook(
        "checks",
        type,
        "https://checks.example.com/shop",
        Duration.ofSeconds(10),
        2,
        Duration.ofSeconds(10),
        Duration.ofHours(4),
        OnTimeout.PROCEED,
        Map.of("cmd", "hey -z 1m"),
        Optional.of("checks-token"));
  }

  static List<Event> events() {
    var strategy = new Strategy.Attended(Canary.DEFAULT, List.of(webhook(Moment.CONFIRM_ROLLOUT)));
    var before = Samples.NEW.id();
    var lanes =
        List.of(
            Lane.of(
                "webhook checks, confirm the rollout",
                new WaitStep.AwaitWebhook("rollout", before, webhook(Moment.CONFIRM_ROLLOUT))),
            Lane.of(
                "webhook checks, pre-rollout",
                new JudgeStep.Call("first request", before, webhook(Moment.PRE_ROLLOUT))),
            Lane.of(
                "webhook checks, stage 1: 5%",
                new JudgeStep.Watch("stage 1: 5%", before, webhook(Moment.ROLLOUT))));
    var plan =
        new Plan(
            "canary of shop in production",
            before,
            Optional.of(Samples.OLD.id()),
            Map.of("web", new Plan.Serving(Optional.empty(), 1)),
            List.of(),
            List.of(new Phase("confirm the rollout", lanes)),
            0,
            List.of(),
            Duration.ofMinutes(10),
            List.of());
    return List.of(
        new Event.RolloutStarted(
            Samples.ROLLOUT,
            Samples.deployment(strategy),
            Samples.NEW,
            Optional.of(Samples.OLD),
            plan,
            "commit c0ffee on main",
            Optional.empty()));
  }
}
