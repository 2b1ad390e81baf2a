package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: an abort finds its way back, whenever it comes, and leaves nothing of a trial.
 *
 * <p>Method: each plan of a canary is carried out on paper up to each of its phases, then the way
 * back; of a rolling update the moments at which one host serves.
 */
class AbortTest {
  private static Rolling inOrder(Rolling.Order order) {
    return new Rolling(
        List.of(),
        Optional.empty(),
        new Amount.Count(0),
        0,
        order,
        Duration.ZERO,
        Duration.ofMinutes(10));
  }

  /** Returns the hosts of each batch. */
  private static List<String> hosts(Plan plan) {
    return plan.phases().stream()
        .filter(phase -> phase.name().startsWith("batch"))
        .map(
            phase -> phase.lanes().stream().map(lane -> lane.id()).collect(Collectors.joining(" ")))
        .toList();
  }

  /** There, what was set up for the trial outlived the abort. */
  @ParameterizedTest
  @MethodSource("dev.slipway.strategies.CanaryTest#fleets")
  void argoRollouts1838AnAbortLeavesNothingOfTheTrialInTheTraffic(CanaryTest.Fleet fleet) {
    Situation before = fleet.scene().situation();
    Plan plan = fleet.scene().plan(fleet.canary());
    for (int phases = 0; phases <= plan.phases().size(); phases++) {
      Situation found = new Walk(plan, before).through(plan, phases);
      Situation back = found.to(Scene.OLD, Direction.BACK);
      Plan way = CanaryTest.ready(Roles.plan(fleet.canary(), List.of(back)));
      var walk = new Walk(way, back);
      Traffic left = walk.through(way).traffic().orElseThrow();

      assertThat(left.routing()).isEqualTo(Routing.NONE);
      assertThat(left.tracks()).hasSize(1);
      assertThat(left.members().keySet())
          .filteredOn(instance -> walk.part(instance) > 0)
          .as("after phase %d", phases)
          .hasSize(fleet.hosts())
          .allSatisfy(one -> assertThat(walk.part(one)).isEqualTo(1.0 / fleet.hosts()));
    }
  }

  @Test
  void onTheWayBackWhatOnlyLacksItsTrafficServesBeforeTheOtherIsTakenOut() {
    for (Rolling.Order order : Rolling.Order.values()) {
      Scene scene =
          Scene.of(2)
              .back()
              .with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING)
              .with("web2", Scene.known(Scene.OLD, Condition.HEALTHY), MemberState.DRAINING);

      assertThat(scene.plan(inOrder(order)).phases())
          .extracting(Phase::name)
          .containsExactly("finish what was begun", "batch 1 of 1");
    }
  }

  @Test
  void onTheWayBackWhatServesWaitsForWhatDoesNot() {
    for (Rolling.Order order : Rolling.Order.values()) {
      Scene scene =
          Scene.of(2)
              .back()
              .with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING)
              .with("web2", Scene.known(Scene.NEW, Condition.STOPPED), MemberState.OUT);

      assertThat(hosts(scene.plan(inOrder(order)))).containsExactly("web2", "web1");
    }
  }
}
