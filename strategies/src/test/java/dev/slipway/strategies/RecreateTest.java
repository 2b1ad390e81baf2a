package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Nobody;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: a big bang says that there is downtime, keeps it short, and parks requests where it can.
 *
 * <p>Method: plans of described fleets.
 */
class RecreateTest {
  @Test
  void theReleaseIsEverywhereBeforeAnythingStops() {
    assertThat(Scene.of(2).plan(Recreate.DEFAULT).phases())
        .extracting(Phase::name)
        .containsExactly("have the release everywhere", "stop everything", "start everything");
  }

  @Test
  void downtimeIsStated() {
    Plan plan = Scene.of(2).plan(Recreate.DEFAULT);

    assertThat(Scene.minimum(plan)).isZero();
    assertThat(plan.remarks())
        .containsExactly(
            "downtime: everything is stopped before anything is started; requests are refused"
                + " meanwhile");
  }

  @Test
  void requestsAreParkedWhereEveryBalancerCan() {
    Plan plan = Scene.of(2).able(Capability.PARKING).plan(Recreate.DEFAULT);

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly(
            "have the release everywhere",
            "park requests",
            "stop everything",
            "start everything",
            "park no more");
    assertThat(plan.render()).contains("park up to 1000 requests for 30s while nobody serves");
  }

  @Test
  void parkingThatABalancerCannotDoIsRefused() {
    var parking =
        new Recreate(
            Optional.of(new Nobody.Park(10, Duration.ofSeconds(5))), Duration.ofMinutes(1));

    assertThat(Scene.of(2).refusal(parking))
        .containsExactly(
            "'park' is asked for, but not every balancer of role 'web' can park requests");
  }

  @Test
  void theFirstDeployStopsNothing() {
    Plan plan = Scene.of(2).fresh().able(Capability.PARKING).plan(Recreate.DEFAULT);

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly("have the release everywhere", "start everything");
    assertThat(plan.remarks()).isEmpty();
  }

  @Test
  void aHostThatFailsToStopIsStartedAgain() {
    var stop = Scene.of(2).plan(Recreate.DEFAULT).phases().get(1).lanes().getFirst();

    assertThat(stop.restore(3))
        .extracting(step -> step.render())
        .containsExactly("start web1", "prove web1 healthy", "admit web1");
  }
}
