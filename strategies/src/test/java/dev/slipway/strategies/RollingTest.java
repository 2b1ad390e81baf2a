package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.traffic.MemberState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: a rolling plan does what its knobs say and is refused where it could not keep its word.
 *
 * <p>Method: plans of described fleets, compared as text or by their batches.
 */
class RollingTest {
  private static final Amount NONE = new Amount.Count(0);

  private static Rolling rolling(List<Amount> batches, Optional<Amount> unavailable, Amount surge) {
    return new Rolling(
        batches,
        unavailable,
        surge,
        0,
        Rolling.Order.UNHEALTHY_FIRST,
        Duration.ZERO,
        Duration.ofMinutes(10));
  }

  private static Rolling batches(Amount... amounts) {
    return rolling(List.of(amounts), Optional.empty(), NONE);
  }

  private static Rolling unavailable(int count) {
    return rolling(List.of(), Optional.of(new Amount.Count(count)), NONE);
  }

  private static List<String> batchesOf(Plan plan) {
    return plan.phases().stream()
        .filter(phase -> phase.name().startsWith("batch"))
        .map(RollingTest::hosts)
        .toList();
  }

  private static String hosts(Phase phase) {
    return String.join(" ", phase.lanes().stream().map(lane -> lane.id()).toList());
  }

  @Test
  void aHostIsAdmittedBeforeTheNextOneIsDrained() {
    assertThat(Scene.of(2).plan(Rolling.DEFAULT).render())
        .isEqualTo(
            """
            rolling of shop in production
            target  2@%s
            former  1@%s
            at least 1 serve at every moment
            in the background
              stage web1
                stage 2@%1$s on web1
              stage web2
                stage 2@%1$s on web2
            batch 1 of 2
              web1
                join stage web1
                drain web1
                await web1 idle, at most 30s, then PROCEED
                stop web1
                activate 2@%1$s on web1
                start web1
                prove web1 healthy
                admit web1
                if it fails
                  drain web1
                  await web1 idle, at most 30s, then PROCEED
                  stop web1
                  activate 1@%2$s on web1
                  start web1
                  prove web1 healthy
                  admit web1
            after batch 1
              after batch 1
                check that at least 1 serve
            batch 2 of 2
              web2
                join stage web2
                drain web2
                await web2 idle, at most 30s, then PROCEED
                stop web2
                activate 2@%1$s on web2
                start web2
                prove web2 healthy
                admit web2
                if it fails
                  drain web2
                  await web2 idle, at most 30s, then PROCEED
                  stop web2
                  activate 1@%2$s on web2
                  start web2
                  prove web2 healthy
                  admit web2
            """
                .formatted(Scene.NEW.digest().abbreviated(), Scene.OLD.digest().abbreviated()));
  }

  @Test
  void whereNothingWasNothingIsAdmittedOnTheWayBack() {
    Scene scene = Scene.of(1).fresh().with("web1", Scene.empty(), MemberState.SERVING);

    assertThat(scene.plan(Rolling.DEFAULT).render())
        .contains(
            """
                admit web1
                if it fails
                  drain web1
                  await web1 idle, at most 30s, then PROCEED
                  stop web1
                  clear web1
            """)
        .endsWith("clear web1\n");
  }

  @Test
  void batchesGrowAsAnsiblesSerialDoes() {
    Plan plan =
        Scene.of(12)
            .plan(batches(new Amount.Count(1), new Amount.Count(2), new Amount.Percent(25)));

    assertThat(batchesOf(plan))
        .containsExactly(
            "web1", "web2 web3", "web4 web5 web6", "web7 web8 web9", "web10 web11 web12");
    assertThat(Scene.minimum(plan)).isEqualTo(9);
  }

  @Test
  void oneThenAllLeavesTheFirstServing() {
    Plan plan = Scene.of(3).plan(batches(new Amount.Count(1), new Amount.Percent(100)));

    assertThat(batchesOf(plan)).containsExactly("web1", "web2 web3");
    assertThat(Scene.minimum(plan)).isEqualTo(1);
  }

  @Test
  void allAtOnceIsRefusedBecauseNobodyWouldServe() {
    assertThat(Scene.of(3).refusal(batches(new Amount.Percent(100))))
        .containsExactly("batch 1 of 1 would leave 0 of 3 serving, and at least 1 must");
  }

  @Test
  void theOnlyServerOfAPoolIsNotTakenOut() {
    assertThat(Scene.of(1).refusal(Rolling.DEFAULT))
        .containsExactly("batch 1 of 1 would leave 0 of 1 serving, and at least 1 must");
  }

  @Test
  void withoutABalancerASingleHostIsReplaced() {
    assertThat(Scene.of(1).withoutBalancer().plan(Rolling.DEFAULT).render())
        .doesNotContain("drain")
        .doesNotContain("admit")
        .contains("stop web1");
  }

  @Test
  void nothingUnavailableAndNothingBesideCouldNeverProceed() {
    assertThat(Scene.of(3).refusal(unavailable(0)))
        .contains(
            "maxUnavailable 0 with maxSurge 0 could never proceed; allow one of them to be 1");
  }

  @Test
  void moreUnavailableThanHostsIsRefused() {
    assertThat(Scene.of(3).refusal(unavailable(5)))
        .contains("maxUnavailable 5 is more than the 3 hosts");
  }

  @Test
  void aBatchWiderThanWhatMayBeOutIsRefused() {
    var wide = rolling(List.of(new Amount.Count(2)), Optional.of(new Amount.Count(1)), NONE);

    assertThat(Scene.of(4).refusal(wide))
        .contains("a batch of 2 needs as many out at once, but maxUnavailable is 1 and maxSurge 0");
  }

  @Test
  void surgeWithoutASecondSlotIsRefused() {
    assertThat(Scene.of(3).refusal(rolling(List.of(), Optional.of(NONE), new Amount.Count(1))))
        .containsExactly("maxSurge 1 needs a second slot, and role 'web' has one");
  }

  @Test
  void surgeStartsTheSpareSlotBeforeTheActiveOneStops() {
    Plan plan = Scene.withSlots(2).plan(rolling(List.of(), Optional.of(NONE), new Amount.Count(1)));

    assertThat(Scene.minimum(plan)).isEqualTo(2);
    assertThat(plan.phases().getFirst().lanes().getFirst().steps())
        .extracting(step -> step.render().replaceAll("2@\\w+", "new"))
        .containsExactly(
            "join stage web1",
            "activate new on web1/green",
            "start web1/green",
            "prove web1/green healthy",
            "admit web1/green",
            "drain web1/blue",
            "await web1/blue idle, at most 30s, then PROCEED",
            "stop web1/blue",
            "take web1/blue out of the pool");
  }

  @Test
  void aSurgeThatFailsAtItsEndPutsTheActiveSlotBackFirst() {
    Plan plan = Scene.withSlots(2).plan(rolling(List.of(), Optional.of(NONE), new Amount.Count(1)));
    var lane = plan.phases().getFirst().lanes().getFirst();

    assertThat(lane.restore(lane.moves().size()))
        .extracting(step -> step.render())
        .containsExactly(
            "start web1/blue",
            "prove web1/blue healthy",
            "admit web1/blue",
            "drain web1/green",
            "await web1/green idle, at most 30s, then PROCEED",
            "take web1/green out of the pool",
            "stop web1/green",
            "clear web1/green");
  }

  @Test
  void aLaneThatFailsAtItsDrainOnlyGivesTheTrafficBack() {
    var lane = Scene.of(2).plan(Rolling.DEFAULT).phases().getFirst().lanes().getFirst();

    assertThat(lane.restore(2)).extracting(step -> step.render()).containsExactly("admit web1");
  }

  @Test
  void instancesThatServeNobodyComeFirst() {
    Scene scene =
        Scene.of(3).with("web3", Scene.known(Scene.OLD, Condition.UNHEALTHY), MemberState.SERVING);

    assertThat(batchesOf(scene.plan(Rolling.DEFAULT))).containsExactly("web3", "web1", "web2");
    assertThat(Scene.minimum(scene.plan(Rolling.DEFAULT))).isEqualTo(2);
  }

  @Test
  void inventoryOrderIsRefusedWhereASickHostUsesUpTheAllowance() {
    Scene scene =
        Scene.of(3).with("web3", Scene.known(Scene.OLD, Condition.UNHEALTHY), MemberState.SERVING);
    var inOrder =
        new Rolling(
            List.of(),
            Optional.empty(),
            NONE,
            0,
            Rolling.Order.INVENTORY,
            Duration.ZERO,
            Duration.ofMinutes(10));

    assertThat(scene.refusal(inOrder))
        .containsExactly("batch 1 of 3 would leave 1 of 2 serving, and at least 2 must");
  }

  @Test
  void theFirstDeployTakesAllHostsAtOnce() {
    Plan plan = Scene.of(3).fresh().plan(Rolling.DEFAULT);

    assertThat(batchesOf(plan)).containsExactly("web1 web2 web3");
    assertThat(Scene.minimum(plan)).isZero();
    assertThat(plan.render()).contains("nothing runs yet").doesNotContain("former  ");
    var lane = plan.phases().getFirst().lanes().getFirst();
    assertThat(lane.restore(lane.moves().size()))
        .extracting(step -> step.render())
        .contains("take web1 out of the pool", "clear web1");
  }

  @Test
  void aFleetThatIsAsItShouldBeNeedsNothing() {
    Scene scene = Scene.of(2);
    scene.with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);
    scene.with("web2", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);

    assertThat(scene.plan(Rolling.DEFAULT).isEmpty()).isTrue();
  }

  @Test
  void aHealthyHostThatWasLeftDrainedIsProvenAndAdmitted() {
    Scene scene = Scene.of(2);
    scene.with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.DRAINING);
    scene.with("web2", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);

    Plan plan = scene.plan(Rolling.DEFAULT);

    assertThat(plan.background()).isEmpty();
    assertThat(plan.phases().getFirst().lanes().getFirst().steps())
        .extracting(step -> step.render())
        .containsExactly("prove web1 healthy", "admit web1");
  }

  @Test
  void aStaleEnvironmentReplacesOnlyThatInstance() {
    Scene scene = Scene.of(2);
    scene.with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);
    scene.with(
        "web2",
        new InstanceState(new Occupant.Known(Scene.NEW), Condition.HEALTHY, Environment.STALE),
        MemberState.SERVING);

    assertThat(batchesOf(scene.plan(Rolling.DEFAULT))).containsExactly("web2");
  }

  @Test
  void bothSlotsServingAfterACrashLeavesOnlyTheFormerOneToTidy() {
    Scene scene = Scene.withSlots(1);
    scene.with("web1/green", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);

    assertThat(scene.plan(Rolling.DEFAULT).phases().getFirst().lanes().getFirst().steps())
        .extracting(step -> step.render())
        .containsExactly(
            "drain web1/blue",
            "await web1/blue idle, at most 30s, then PROCEED",
            "take web1/blue out of the pool",
            "stop web1/blue");
  }

  @Test
  void aForeignOccupantIsPointedBackAtIfTheReleaseFails() {
    Scene scene = Scene.of(2);
    scene.with(
        "web1",
        new InstanceState(
            new Occupant.Foreign("releases/20260101"), Condition.HEALTHY, Environment.STALE),
        MemberState.SERVING);
    var lane = scene.plan(Rolling.DEFAULT).phases().getFirst().lanes().getFirst();

    assertThat(lane.restore(5))
        .extracting(step -> step.render())
        .containsExactly(
            "point web1 back at releases/20260101",
            "start web1",
            "prove web1 healthy",
            "admit web1");
  }

  @Test
  void aDeadHostIsSkippedWithinTheAllowance() {
    Plan plan = Scene.of(3).unreachable("web2").plan(Rolling.DEFAULT);

    assertThat(plan.skipped()).containsExactly("web2");
    assertThat(batchesOf(plan)).containsExactly("web1", "web3");
  }

  @Test
  void moreDeadHostsThanAllowedAreRefusedOnTheWayForwardOnly() {
    assertThat(Scene.of(4).unreachable("web2", "web3").refusal(Rolling.DEFAULT))
        .containsExactly("2 hosts cannot be reached (web2, web3), and at most 1 may be skipped");
    assertThat(Scene.of(4).unreachable("web2").skipping(0).refusal(Rolling.DEFAULT)).hasSize(1);

    Scene back = Scene.of(4).unreachable("web2", "web3").back();
    back.with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);
    assertThat(batchesOf(back.plan(Rolling.DEFAULT))).containsExactly("web1");
  }

  @Test
  void aFleetThatIsWhollyGoneIsRefused() {
    assertThat(Scene.of(2).unreachable("web1", "web2").refusal(Rolling.DEFAULT))
        .contains("no host can be reached: web1, web2");
  }

  @Test
  void pausesStandBetweenBatchesOnly() {
    var paused =
        new Rolling(
            List.of(),
            Optional.empty(),
            NONE,
            0,
            Rolling.Order.INVENTORY,
            Duration.ofSeconds(90),
            Duration.ofMinutes(10));

    assertThat(Scene.of(3).plan(paused).phases())
        .extracting(Phase::name)
        .containsExactly(
            "batch 1 of 3", "after batch 1", "batch 2 of 3", "after batch 2", "batch 3 of 3");
    assertThat(Scene.of(3).plan(paused).render()).contains("pause 1m30s");
  }
}
