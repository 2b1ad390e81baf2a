package dev.slipway.agent.journal;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.trial.Expected;
import dev.slipway.strategies.fleet.trial.Inquiry;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.fleet.trial.Warmup;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.WaitStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** An event about smoke tests and warm-ups, which came later than most others. */
final class TrialSamples {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Warmup WARMUP =
      new Warmup(inquiry(Inquiry.Method.GET, "/"), 100, 4, Duration.ofMinutes(1));
  private static final SmokeTest SMOKE_TEST =
      new SmokeTest(
          inquiry(Inquiry.Method.HEAD, "/api/db/ping"),
          new Expected(
              new TreeSet<>(Set.of(200, 204)),
              Map.of("Content-Type", "application/json"),
              Optional.of("ready"),
              Optional.of(new Expected.Json("/status", "ok"))),
          new SmokeTest.Tries(3, 1, Duration.ofSeconds(1), Duration.ofMinutes(1)));

  private TrialSamples() {}

  private static Inquiry inquiry(Inquiry.Method method, String path) {
    return new Inquiry(
        method,
        path,
        "http",
        Optional.of("shop.example.com"),
        Map.of("Accept", "application/json"),
        Optional.empty(),
        TIMEOUT);
  }

  /** Returns the start of a rollout of a role that asks more of a release than its health. */
  static Event started(RolloutId rollout, Delivery delivery) {
    return new Event.RolloutStarted(
        rollout,
        deployment(Samples.deployment(Rolling.DEFAULT)),
        delivery,
        Optional.empty(),
        plan(delivery),
        "test",
        Optional.empty());
  }

  private static Deployment deployment(Deployment plain) {
    Fleet fleet = plain.fleet();
    Application application = fleet.application();
    List<Role> roles = new ArrayList<>(application.roles());
    roles.set(0, roles.getFirst().with(new Trials(Optional.of(WARMUP), List.of(SMOKE_TEST))));
    return plain.on(
        new Fleet(
            fleet.environment(),
            new Application(
                application.name(),
                application.deployPath(),
                application.owner(),
                roles,
                application.keepReleases()),
            fleet.hosts()),
        plain.fronts());
  }

  private static Plan plan(Delivery delivery) {
    var instance = new Instance("web1", "web", "blue");
    return new Plan(
        "rolling of shop in production",
        delivery.id(),
        Optional.empty(),
        Map.of("web", new Plan.Serving(Optional.empty(), 0)),
        List.of(),
        List.of(
            new Phase(
                "batch 1 of 1",
                List.of(
                    Lane.of(
                        "web1",
                        new WaitStep.WarmUp(instance, WARMUP),
                        new JudgeStep.Smoke(instance, List.of(SMOKE_TEST)))))),
        0,
        List.of(),
        Duration.ofMinutes(10),
        List.of());
  }
}
