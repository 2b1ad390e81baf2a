package dev.slipway.agent.journal;

import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Events about hooks and tasks, which came later than most others. */
final class ProcedureSamples {
  private static final Task MIGRATE =
      new Task(
          "migrate",
          Task.When.PRE_SYNC,
          "web",
          List.of("bin/migrate", "--all"),
          Duration.ofMinutes(15),
          true,
          true);

  private ProcedureSamples() {}

  /** Returns events of a release around which something is run. */
  static List<Event> events(RolloutId rollout, Target target, Delivery delivery) {
    var procedures =
        new Procedures(
            new Hooks(
                Map.of(
                    Lifecycle.AFTER_INSTALL,
                    List.of(List.of("bundle", "install")),
                    Lifecycle.VALIDATE_SERVICE,
                    List.of(List.of("bin/check", "--deep"))),
                Duration.ofMinutes(5)),
            List.of(MIGRATE));
    var other =
        new Delivery(
            delivery.release().with(procedures),
            delivery.source(),
            delivery.branch(),
            delivery.revision());
    return List.of(
        new Event.StableDeclared(target, other, "it has hooks and a task"),
        new Event.Turned(rollout, 1, Event.Why.BAD, "it failed", "", plan(other)),
        TrialSamples.started(rollout, delivery));
  }

  private static TrafficStep switched(Instance to) {
    var from = new Instance(to.host(), to.role(), "green");
    return new TrafficStep.Switch(
        "web", new TreeSet<>(Set.of(to)), new TreeSet<>(Set.of(from)), true);
  }

  private static final Comparison COMPARISON =
      new Comparison(new TreeSet<>(Set.of("ETag")), List.of("/at", "/items/*/id"), true);

  private static TrafficStep shared(Instance with) {
    return new TrafficStep.Shift(
        "web",
        new TreeSet<>(Set.of(with)),
        Share.percent(5),
        new Routing(
            List.of(new Rule(new Rule.Match.Header("X-Trial", "yes"), Traffic.CANDIDATE)),
            Optional.of(new Mirror(Traffic.CANDIDATE, Share.percent(20)).comparing(COMPARISON)),
            Optional.empty()));
  }

  private static Plan plan(Delivery delivery) {
    var instance = new Instance("web1", "web", "blue");
    var run = new InstanceStep.Run(instance, delivery.id(), MIGRATE);
    var hook =
        new InstanceStep.Hook(
            instance,
            delivery.id(),
            Lifecycle.VALIDATE_SERVICE,
            List.of(List.of("bin/check", "--deep")),
            Duration.ofMinutes(5),
            true);
    return new Plan(
        "rolling of shop in production",
        delivery.id(),
        Optional.empty(),
        FrontSamples.keeping(instance),
        List.of(),
        List.of(
            new Phase(
                "task migrate",
                List.of(
                    Lane.of(
                        "task migrate",
                        run,
                        hook,
                        switched(instance),
                        shared(instance),
                        AnalysisSamples.step(),
                        AnalysisSamples.former(),
                        AnalysisSamples.decided())))),
        0,
        List.of(),
        Duration.ofMinutes(10),
        List.of());
  }
}
