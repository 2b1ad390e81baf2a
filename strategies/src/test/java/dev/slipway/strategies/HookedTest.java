package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.traffic.MemberState;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Goal: hooks run at CodeDeploy's moments, in the release that leaves or arrives, and only those of
 * what arrives on the way there can stop anything.
 */
class HookedTest {
  private static final Hooks ALL = new Hooks(everyMoment(), Duration.ofMinutes(10));
  private static final Rolling BESIDE =
      new Rolling(
          List.of(),
          Optional.of(new Amount.Count(0)),
          new Amount.Count(1),
          0,
          Rolling.Order.INVENTORY,
          Duration.ZERO,
          Duration.ofMinutes(10));

  private static Map<Lifecycle, List<List<String>>> everyMoment() {
    var commands = new EnumMap<Lifecycle, List<List<String>>>(Lifecycle.class);
    for (Lifecycle moment : Lifecycle.values()) {
      commands.put(moment, List.of(List.of("bin/" + moment.text())));
    }
    return commands;
  }

  private static Plan plan(Scene scene, Strategy strategy, Function<ReleaseId, Hooks> hooks) {
    return ready(Roles.plan(strategy, List.of(scene.situation()), List.of(), hooks));
  }

  private static Plan ready(Planning planning) {
    return switch (planning) {
      case Planning.Ready(var plan) -> plan;
      case Planning.Refused(var reasons) -> throw new AssertionError("refused: " + reasons);
    };
  }

  private static Lane lane(Plan plan, String id) {
    return plan.phases().stream()
        .flatMap(phase -> phase.lanes().stream())
        .filter(lane -> lane.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static String name(Step step) {
    return step instanceof InstanceStep.Hook hook
        ? "%s of %s%s"
            .formatted(
                hook.moment().text(), hook.release().version(), hook.binding() ? "" : ", if it can")
        : step.render(Naming.ofRoles(1)).replaceAll("@[0-9a-f]+|, at most.*", "");
  }

  private static List<String> names(List<Step> steps) {
    return steps.stream().map(HookedTest::name).toList();
  }

  @Test
  void theyStandAroundTheStepsThatTheyAreAbout() {
    Plan plan = plan(Scene.of(2), Rolling.DEFAULT, _ -> ALL);

    assertThat(names(lane(plan, "web1").steps()))
        .containsExactly(
            "join stage web1",
            "beforeBlockTraffic of 1, if it can",
            "drain web1",
            "await web1 idle",
            "afterBlockTraffic of 1, if it can",
            "applicationStop of 1, if it can",
            "stop web1",
            "activate 2 on web1",
            "start web1",
            "applicationStart of 2",
            "prove web1 healthy",
            "validateService of 2",
            "beforeAllowTraffic of 2",
            "admit web1",
            "afterAllowTraffic of 2");
  }

  @Test
  void thePlanSaysWhatTheyRun() {
    Plan plan = plan(Scene.of(2), Rolling.DEFAULT, _ -> ALL);

    assertThat(plan.render())
        .contains(
            "run beforeBlockTraffic of %s on web1, at most 10m, whatever comes of it: %s"
                .formatted(Scene.OLD, "bin/beforeBlockTraffic"))
        .contains(
            "run validateService of %s on web1, at most 10m: bin/validateService"
                .formatted(Scene.NEW));
  }

  @Test
  void whatTakesALaneBackRunsThoseOfTheReleaseThatComesBack() {
    Lane lane = lane(plan(Scene.of(2), Rolling.DEFAULT, _ -> ALL), "web1");

    assertThat(names(lane.restore(lane.moves().size())))
        .containsExactly(
            "beforeBlockTraffic of 2, if it can",
            "drain web1",
            "await web1 idle",
            "afterBlockTraffic of 2, if it can",
            "applicationStop of 2, if it can",
            "stop web1",
            "activate 1 on web1",
            "start web1",
            "applicationStart of 1, if it can",
            "prove web1 healthy",
            "validateService of 1, if it can",
            "beforeAllowTraffic of 1, if it can",
            "admit web1",
            "afterAllowTraffic of 1, if it can");
  }

  @Test
  void nothingHoldsUpAWayBack() {
    var scene =
        Scene.of(2)
            .with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING)
            .back();

    assertThat(plan(scene, Rolling.DEFAULT, _ -> ALL).lanes().flatMap(it -> it.steps().stream()))
        .filteredOn(InstanceStep.Hook.class::isInstance)
        .hasSize(7)
        .noneMatch(step -> ((InstanceStep.Hook) step).binding());
  }

  @Test
  void aReleaseWithoutHooksRunsNone() {
    Plan plan = plan(Scene.of(1), Recreate.DEFAULT, id -> id.equals(Scene.NEW) ? ALL : Hooks.NONE);

    assertThat(plan.lanes().flatMap(lane -> lane.steps().stream()))
        .filteredOn(InstanceStep.Hook.class::isInstance)
        .extracting(HookedTest::name)
        .containsExactly(
            "applicationStart of 2",
            "validateService of 2",
            "beforeAllowTraffic of 2",
            "afterAllowTraffic of 2");
  }

  @Test
  void whereNoBalancerStandsThereIsNoTrafficToBlock() {
    Plan plan = plan(Scene.of(1).withoutBalancer(), Rolling.DEFAULT, _ -> ALL);

    assertThat(plan.lanes().flatMap(lane -> lane.steps().stream()))
        .filteredOn(InstanceStep.Hook.class::isInstance)
        .extracting(HookedTest::name)
        .containsExactly(
            "applicationStop of 1, if it can", "applicationStart of 2", "validateService of 2");
  }

  @Test
  void aFirstReleaseReplacesNobody() {
    Plan plan = plan(Scene.of(1).fresh(), Rolling.DEFAULT, _ -> ALL);

    assertThat(plan.lanes().flatMap(lane -> lane.steps().stream()).map(HookedTest::name))
        .noneMatch(name -> name.contains("BlockTraffic") || name.contains("applicationStop"));
  }

  @Test
  void withASpareSlotThoseOfTheNewReleaseComeFirst() {
    Plan plan = plan(Scene.withSlots(1), BESIDE, _ -> ALL);

    assertThat(plan.phases().getFirst().lanes().getFirst().steps())
        .filteredOn(InstanceStep.Hook.class::isInstance)
        .extracting(step -> name(step) + " " + ((InstanceStep.Hook) step).instance().slot())
        .containsExactly(
            "applicationStart of 2 green",
            "validateService of 2 green",
            "beforeAllowTraffic of 2 green",
            "afterAllowTraffic of 2 green",
            "beforeBlockTraffic of 1, if it can blue",
            "afterBlockTraffic of 1, if it can blue",
            "applicationStop of 1, if it can blue");
  }

  @Test
  void rolesOfOneLinkRunThoseOfWhatLiesThere() {
    var situations = TwoRoles.on(List.of("web1", "web2"), List.of("web1", "web2")).situations();

    assertThat(
            ready(Roles.plan(Rolling.DEFAULT, situations, List.of(), _ -> ALL))
                .lanes()
                .flatMap(lane -> lane.steps().stream()))
        .filteredOn(step ->
            step instanceof InstanceStep.Hook hook
                && hook.instance().role().equals("worker")
                && hook.instance().host().equals("web1"))
        .extracting(HookedTest::name)
        .containsExactly(
            "applicationStop of 1, if it can", "applicationStart of 2", "validateService of 2");
  }
}
