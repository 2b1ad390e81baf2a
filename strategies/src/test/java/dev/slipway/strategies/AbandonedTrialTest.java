package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: an abort leaves nothing of a trial, whenever it comes.
 *
 * <p>Method: each plan of a canary is carried out on paper up to each of its phases, then the way
 * back.
 */
class AbandonedTrialTest {

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
}
