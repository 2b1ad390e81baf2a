package dev.slipway.strategies.simulation;

import dev.slipway.strategies.fleet.DrainPolicy.OnTimeout;
import dev.slipway.strategies.fleet.Health.Timing;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What each step does to the virtual fleet: how long it takes, and what is so afterwards. */
final class Doing {
  private final Scenario scenario;
  private final World world;
  private final Plan plan;
  private final Clockwork clock;

  Doing(Scenario scenario, World world, Plan plan, Clockwork clock) {
    this.scenario = scenario;
    this.world = world;
    this.plan = plan;
    this.clock = clock;
  }

  /** What is known of a step when it begins. */
  sealed interface Begun {
    /** It will be over after a time. */
    record Takes(Duration time) implements Begun {}

    /** It will have failed after a time. */
    record Fails(Duration time, String reason) implements Begun {}

    /** It is over when a lane of the background is. */
    record Joins(String lane) implements Begun {}
  }

  /** Returns how long a step takes, and does what is so from its beginning on. */
  Begun begin(Step step) {
    return switch (step) {
      case InstanceStep on -> begin(on);
      case TrafficStep _ -> new Begun.Takes(scenario.pace().balancer());
      case WaitStep.Join(var lane) -> new Begun.Joins(lane);
      case WaitStep.Pause(var duration) -> new Begun.Takes(duration);
      case WaitStep.AwaitIdle idle -> begin(idle);
      case WaitStep.AwaitApproval _, WaitStep.AwaitWebhook _ -> new Begun.Takes(Duration.ZERO);
      case WaitStep.WarmUp(var instance, _) -> asked(instance);
      case JudgeStep.Capacity(var role, var minServing) -> capacity(role, minServing);
      case JudgeStep.Smoke(var instance, _) -> asked(instance);
      case JudgeStep.Call _, JudgeStep.Watch _ -> new Begun.Takes(Duration.ZERO);
      case JudgeStep.Analysis analysis -> judge(analysis);
      case JudgeStep.Former former -> new Begun.Takes(former.duration());
      case JudgeStep.Contested contested ->
          contested
              .watch()
              .map(this::judge)
              .orElseGet(() -> new Begun.Takes(contested.contest().duration()));
    };
  }

  private Begun begin(InstanceStep step) {
    Instance instance = step.instance();
    if (world.isDead(instance)) {
      return step instanceof InstanceStep.Hook hook && !hook.binding()
          ? new Begun.Takes(scenario.pace().patience())
          : new Begun.Fails(
              scenario.pace().patience(), "%s cannot be reached".formatted(instance.host()));
    }
    return switch (step) {
      case InstanceStep.Stage _ -> new Begun.Takes(scenario.pace().stage());
      case InstanceStep.Activate _, InstanceStep.Relink _, InstanceStep.Clear _ ->
          new Begun.Takes(scenario.pace().activate());
      case InstanceStep.Start _ ->
          new Begun.Takes(isRunning(instance) ? Duration.ZERO : scenario.pace().start());
      case InstanceStep.Stop _ -> stop(instance);
      case InstanceStep.Prove _ -> prove(instance);
      case InstanceStep.Run _ -> new Begun.Takes(scenario.pace().task());
      case InstanceStep.Hook _ -> new Begun.Takes(scenario.pace().hook());
    };
  }

  private Begun stop(Instance instance) {
    Set<Instance> serving = world.serving(instance.role());
    if (serving.contains(instance) && serving.size() - 1 < minimum(instance.role())) {
      return new Begun.Fails(Duration.ZERO, shortage(instance.role(), serving.size() - 1));
    }
    world.set(instance, Condition.STOPPED);
    return new Begun.Takes(scenario.pace().stop());
  }

  private Begun prove(Instance instance) {
    Timing timing = world.fleet().role(instance).health().timing();
    boolean isNew = world.state(instance).occupant().equals(new Occupant.Known(scenario.target()));
    if (isNew && scenario.isSick(instance.host())) {
      return new Begun.Fails(
          timing.healthyDeadline(), "%s was not healthy in time".formatted(instance));
    }
    Duration answers = timing.interval().multipliedBy(timing.successThreshold() - 1L);
    return new Begun.Takes(
        answers.compareTo(timing.minHealthyTime()) > 0 ? answers : timing.minHealthyTime());
  }

  /** The requests of a dead host are gone. */
  private Begun begin(WaitStep.AwaitIdle step) {
    Duration timeout = step.policy().timeout();
    if (world.isDead(step.instance())) {
      return new Begun.Takes(Duration.ZERO);
    }
    if (scenario.pace().drain().compareTo(timeout) <= 0) {
      return new Begun.Takes(scenario.pace().drain());
    }
    return step.policy().onTimeout() == OnTimeout.PROCEED
        ? new Begun.Takes(timeout)
        : new Begun.Fails(timeout, "%s still has requests".formatted(step.instance()));
  }

  /** Requests of our own are quick where somebody answers. */
  private Begun asked(Instance instance) {
    return world.isDead(instance)
        ? new Begun.Fails(
            scenario.pace().patience(), "%s cannot be reached".formatted(instance.host()))
        : new Begun.Takes(scenario.pace().hook());
  }

  private Begun capacity(String role, int minServing) {
    int serving = world.serving(role).size();
    return serving >= minServing
        ? new Begun.Takes(Duration.ZERO)
        : new Begun.Fails(
            scenario.pace().patience(),
            "only %d serve, and at least %d must".formatted(serving, minServing));
  }

  private Begun judge(JudgeStep.Analysis step) {
    return scenario
        .demand()
        .map(demand -> new Forecast(step, demand, world, clock.now()).begun())
        .orElseGet(() -> new Begun.Takes(step.duration()));
  }

  /** Does what is so once a step is over; returns why it cannot be, if so. */
  Optional<String> finish(Step step) {
    return switch (step) {
      case InstanceStep on -> finish(on);
      case TrafficStep on ->
          world.traffic(on.role()).flatMap(before -> move(on.role(), before, on.applyTo(before)));
      case WaitStep _, JudgeStep _ -> Optional.empty();
    };
  }

  private Optional<String> finish(InstanceStep step) {
    Instance instance = step.instance();
    switch (step) {
      case InstanceStep.Activate(var _, var release) ->
          world.set(instance, new Occupant.Known(release));
      case InstanceStep.Relink(var _, var target) ->
          world.set(instance, new Occupant.Foreign(target));
      case InstanceStep.Clear _ -> world.set(instance, new Occupant.None());
      case InstanceStep.Start _ -> start(instance);
      case InstanceStep.Prove _ -> world.set(instance, Condition.HEALTHY);
      case InstanceStep.Stage _, InstanceStep.Stop _, InstanceStep.Run _, InstanceStep.Hook _ -> {}
    }
    return Optional.empty();
  }

  /** What runs already goes on as it does. */
  private void start(Instance instance) {
    if (!isRunning(instance)) {
      world.set(instance, Condition.UNHEALTHY);
    }
  }

  private boolean isRunning(Instance instance) {
    return world.state(instance).condition() != Condition.STOPPED;
  }

  private Optional<String> move(String role, Traffic before, Traffic after) {
    Optional<Instance> missing =
        after.serving().stream()
            .filter(instance -> before.state(instance) != MemberState.SERVING)
            .filter(instance -> !world.isHealthy(instance))
            .findFirst();
    if (missing.isPresent()) {
      return Optional.of("%s is not seen up".formatted(missing.get()));
    }
    int was = world.serving(role).size();
    int would = world.serving(role, Optional.of(after)).size();
    if (would < was && would < minimum(role)) {
      return Optional.of(shortage(role, would));
    }
    world.set(role, after);
    return Optional.empty();
  }

  private String shortage(String role, int serving) {
    return "only %d would serve, and at least %d must".formatted(serving, minimum(role));
  }

  private int minimum(String role) {
    return Optional.ofNullable(plan.roles().get(role)).map(Plan.Serving::minimum).orElse(0);
  }
}
