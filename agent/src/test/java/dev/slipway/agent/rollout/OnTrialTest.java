package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.fake.FakeBalancer;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whatever becomes of a release while it gets its first requests, they end where they should.
 */
@Timeout(60)
class OnTrialTest {
  /** Before its first weight it has a route for testers, and a mirror. */
  static final Canary TESTED =
      new Canary(
          List.of(
              new Canary.Stage.SetCanaryScale(Optional.of(new Amount.Count(1))),
              new Canary.Stage.SetHeaderRoute(
                  "testers", List.of(new Rule.Match.Header("X-Trial", "yes"))),
              new Canary.Stage.Pause(Duration.ofMinutes(1)),
              new Canary.Stage.SetMirrorRoute("copies", Share.percent(20), Mirror.SAFE),
              new Canary.Stage.Pause(Duration.ofMinutes(1)),
              new Canary.Stage.SetWeight(50)),
          Optional.empty(),
          Optional.empty(),
          new Amount.Count(1),
          Duration.ofMinutes(10));

  /**
   * Goal: a switch of all traffic can be turned at any time, and what was left warm gets it back
   * without being started anew.
   *
   * <p>Method: two hosts with two slots each, on which wishes and deaths arrive at a chosen step.
   */
  @Nested
  class Switched {
    private static final String WARM = "keep the former slots warm";
    private static final Instance GREEN = new Instance("web1", "web", "green");

    private final World world = World.withSpareSlots(2, BlueGreen.DEFAULT);

    private void assertAll(Delivery everywhere, Ending... endings) {
      assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
      assertThat(world.agent().journal.history(World.SHOP, 9))
          .extracting(Summary::ending)
          .containsExactly(endings);
      assertThat(world.wrongs()).isEmpty();
      assertThat(world.leastServing()).isEqualTo(2);
    }

    private List<String> acts(String verb) {
      return world.hosts.acts().stream().filter(act -> act.endsWith(" " + verb)).toList();
    }

    @Test
    void anAbortWhileTheFormerSlotsAreWarmSwitchesBackAndStopsTheNewOnes() {
      var agent = world.agent();
      agent.whenBegins(WARM, 0, () -> agent.rollouts.abort(World.SHOP, "ada", "too many errors"));

      agent.start(World.NEW);

      assertAll(World.OLD, Ending.ABORTED);
      assertThat(acts("stop")).containsExactlyInAnyOrder("web1 stop", "web2 stop");
      assertThat(acts("stage")).containsExactlyInAnyOrder("web1 stage", "web2 stage");
    }

    @Test
    void aRevertMeanwhileSwitchesBackAndSendsNothing() {
      var agent = world.agent();
      agent.whenBegins(
          WARM,
          0,
          () -> agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert"));

      agent.start(World.NEW);

      assertAll(World.OLD, Ending.SUCCEEDED, Ending.SUPERSEDED);
      assertThat(acts("stage")).containsExactlyInAnyOrder("web1 stage", "web2 stage");
      assertThat(acts("activate")).containsExactlyInAnyOrder("web1 activate", "web2 activate");
    }

    @Test
    void aNewerReleaseMeanwhileIsPreparedWhereNobodyServes() {
      var agent = world.agent();
      agent.whenBegins(
          WARM,
          0,
          () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));

      agent.start(World.NEW);

      assertAll(World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
    }

    @Test
    void whatDiedWithItsHostBeforeTheSwitchIsStartedAgainAndNotBlamed() {
      var agent = world.agent();
      agent.when(Switched::isPrepared, agent.rollouts::leave);
      assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);
      world.hosts.stopsByItself(GREEN);

      world.agent().resume();

      assertAll(World.NEW, Ending.SUCCEEDED);
    }

    private static boolean isPrepared(Event event) {
      return event instanceof Event.StepEnded(_, var at, _)
          && at.lane().equals("prepare web1")
          && at.index() == 3;
    }

    @Test
    void aBalancerThatDoesNotSeeTheNewOnesUpLeavesTheFormerOnesServing() {
      var agent = world.agent();
      agent.whenBegins("switch", 0, () -> world.balancers.getFirst().isBlocked());

      agent.start(World.NEW);

      assertThat(world.isAll(World.NEW)).isFalse();
      assertThat(world.leastServing()).isEqualTo(2);
      assertThat(world.wrongs()).isEmpty();
    }
  }

  /**
   * Goal: whatever becomes of a canary while it has its share, requests end where they should.
   *
   * <p>Method: the real engine on a simulated fleet; something happens at the begin of a phase.
   */
  @Nested
  class Sharing {
    private static final Canary CANARY =
        new Canary(
            Canary.stages(List.of(25, 50), Duration.ofSeconds(5)),
            Optional.empty(),
            Optional.empty(),
            new Amount.Count(1),
            Duration.ofMinutes(10));

    private static World world(boolean hasSpareSlots) {
      return hasSpareSlots ? World.withSpareSlots(4, CANARY) : World.serving(4, CANARY);
    }

    private static void assertAll(
        World world, int serving, Delivery everywhere, Ending... endings) {
      assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
      assertThat(world.agent().journal.history(World.SHOP, 9))
          .extracting(Summary::ending)
          .containsExactly(endings);
      assertThat(world.wrongs()).isEmpty();
      assertThat(world.leastServing()).isEqualTo(serving);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyStageHasItsTurnAndAllEndsAtTheRelease(boolean hasSpareSlots) {
      World world = world(hasSpareSlots);

      world.agent().start(World.NEW);

      assertAll(world, hasSpareSlots ? 4 : 3, World.NEW, Ending.SUCCEEDED);
    }

    private static World abortedAt(String phase) {
      World world = world(true);
      var agent = world.agent();
      agent.whenBegins(phase, 0, () -> agent.rollouts.abort(World.SHOP, "ada", "no"));

      agent.start(World.NEW);

      assertAll(world, 4, World.OLD, Ending.ABORTED);
      return world;
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage 1: 25%", "stage 2: 50%", "prepare web4"})
    void argoRollouts4841AnAbortLeavesTheCandidatesNoRequests(String phase) {
      World world = abortedAt(phase);

      for (int i = 1; i <= 4; i++) {
        assertThat(world.balancers.getFirst().sends(new Instance("web" + i, "web", "green")))
            .isFalse();
      }
    }

    @Test
    void argoRollouts4461AnAbortAfterTheLastStageGoesBackToo() {
      abortedAt("100% to 4 instances");
    }

    @Test
    void argoRollouts1292AnAbortWhileNothingIsUnderWayTouchesNothing() {
      World world = world(true);
      var agent = world.agent();

      Asked asked = agent.rollouts.abort(World.SHOP, "ada", "no");

      assertThat(asked).isEqualTo(Asked.NOTHING_RUNS);
      assertThat(world.hosts.acts()).isEmpty();
      assertThat(world.isAll(World.OLD)).isTrue();
    }

    @Test
    void argoRollouts1665WhatWasAbortedStartsAgainAtItsFirstStage() {
      World world = abortedAt("stage 2: 50%");
      var agent = world.agent();
      agent.journal.append(List.of(new Event.QuarantineLifted(World.SHOP, World.NEW.id(), "ada")));

      var again = (Result.Ended) agent.start(World.NEW);

      assertThat(agent.journal.events(again.rollout()))
          .extracting(Entry::event)
          .filteredOn(Event.StepStarted.class::isInstance)
          .extracting(event -> ((Event.StepStarted) event).position().lane())
          .filteredOn(lane -> lane.matches("stage \\d.*"))
          .first()
          .isEqualTo("stage 1: 25%");
      assertAll(world, 4, World.NEW, Ending.SUCCEEDED, Ending.ABORTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage 1: 25%", "stage 2: 50%", "web4"})
    void anAbortWithoutSpareSlotsEndsAtWhatWasStable(String phase) {
      World world = world(false);
      var agent = world.agent();
      agent.whenBegins(phase, 0, () -> agent.rollouts.abort(World.SHOP, "ada", "no"));

      agent.start(World.NEW);

      assertAll(world, 3, World.OLD, Ending.ABORTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage 1: 25%", "stage 2: 50%", "prepare web4"})
    void aRevertAtAnyStageSendsNothing(String phase) {
      World world = world(true);
      var agent = world.agent();
      agent.whenBegins(
          phase,
          0,
          () -> agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert"));

      agent.start(World.NEW);

      assertAll(world, 4, World.OLD, Ending.SUCCEEDED, Ending.SUPERSEDED);
      assertThat(world.hosts.acts()).filteredOn(act -> act.contains("activate")).hasSizeLessThan(5);
    }

    @ParameterizedTest
    @CsvSource({
      "stage 1: 25%, true",
      "stage 2: 50%, true",
      "prepare web4, true",
      "stage 1: 25%, false",
      "stage 2: 50%, false",
      "100% to 3 instances, false"
    })
    void argoRollouts3372ANewerReleaseStartsFromWhatIsStable(String phase, boolean hasSpareSlots) {
      World world = world(hasSpareSlots);
      var agent = world.agent();
      agent.whenBegins(
          phase,
          0,
          () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));

      agent.start(World.NEW);

      assertAll(world, hasSpareSlots ? 4 : 3, World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewerReleaseWithAnotherStrategyReturnsFirstToo(boolean hasSpareSlots) {
      World world = world(hasSpareSlots);
      var agent = world.agent();
      agent.whenBegins(
          "stage 2: 50%",
          0,
          () ->
              agent.rollouts.supersede(
                  rolling(world.deployment(World.NEWER)), World.NEWER, "push"));

      agent.start(World.NEW);

      assertAll(world, 3, World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
    }

    private static Deployment rolling(Deployment canary) {
      return new Deployment(
          canary.target(),
          canary.branch(),
          canary.revision(),
          canary.fleet(),
          canary.release(),
          Rolling.DEFAULT,
          canary.ssh(),
          canary.fronts(),
          canary.unreachableMax(),
          canary.onNewRevision(),
          canary.maxConcurrentRollouts(),
          canary.receivers(),
          canary.prometheus());
    }
  }

  /**
   * Goal: testers and copies reach a release that no user does, and are never left behind.
   *
   * <p>Method: a canary that has a header route and a mirror before its first weight, cut short.
   */
  @Nested
  class Routed {
    private static final Instance TRIED = new Instance("web1", "web", "green");

    private final World world = World.withSpareSlots(2, TESTED);
    private final FakeBalancer balancer = world.balancers.getFirst();

    private void assertAll(Delivery everywhere, Ending... endings) {
      assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
      assertThat(world.agent().journal.history(World.SHOP, 9))
          .extracting(Summary::ending)
          .containsExactly(endings);
      assertThat(balancer.routing()).isEqualTo(Routing.NONE);
      assertThat(world.wrongs()).isEmpty();
      assertThat(world.leastServing()).isEqualTo(2);
    }

    @Test
    void testersReachWhatNoUserDoes() {
      var agent = world.agent();
      var reached = new ArrayList<String>();
      agent.whenBegins(
          "step 4: mirror copies",
          1,
          () -> reached.add(balancer.sends(TRIED) + " " + balancer.routing().texts("it")));

      agent.start(World.NEW);

      assertThat(reached)
          .containsExactly(
              "false [send requests with X-Trial: yes to it, copy 20% of the GET and HEAD requests"
                  + " to it]");
      assertAll(World.NEW, Ending.SUCCEEDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"step 2: route testers", "step 4: mirror copies", "prepare web2"})
    void anAbortLeavesNoRuleAndNoMirror(String phase) {
      var agent = world.agent();
      agent.whenBegins(phase, 1, () -> agent.rollouts.abort(World.SHOP, "ada", "no"));

      agent.start(World.NEW);

      assertAll(World.OLD, Ending.ABORTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"step 2: route testers", "step 4: mirror copies"})
    void aNewerReleaseStartsWithoutTheTestersOfTheFormer(String phase) {
      var agent = world.agent();
      agent.whenBegins(
          phase,
          1,
          () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));

      agent.start(World.NEW);

      assertAll(World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
    }
  }
}
