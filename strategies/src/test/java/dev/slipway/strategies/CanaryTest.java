package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.Canary.Stage;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: few requests meet a release first, nobody is overloaded, and the way back is short. */
class CanaryTest {
  private static final ReleaseId NEWEST = new ReleaseId("3", Digest.of("newest"));
  private static final Duration PAUSE = Duration.ofMinutes(5);
  private static final Rule.Match TESTER = new Rule.Match.Header("X-Trial", "yes");

  private static Canary canary(int... weights) {
    return canary(Optional.empty(), 1, weights);
  }

  private static Canary canary(Optional<Integer> instances, int unavailable, int... weights) {
    return new Canary(
        Canary.stages(IntStream.of(weights).boxed().toList(), PAUSE),
        Optional.empty(),
        instances,
        new Amount.Count(unavailable),
        Duration.ofMinutes(10));
  }

  /** Testers and copies come before, between and after the weights. */
  private static Canary routed(int unavailable) {
    return new Canary(
        List.of(
            new Stage.SetCanaryScale(Optional.of(new Amount.Count(1))),
            new Stage.Pause(PAUSE),
            new Stage.SetHeaderRoute("testers", List.of(TESTER)),
            new Stage.Pause(PAUSE),
            new Stage.SetHeaderRoute("testers", List.of()),
            new Stage.SetMirrorRoute("copies", Share.percent(20), Mirror.SAFE),
            new Stage.SetCanaryScale(Optional.empty()),
            new Stage.SetWeight(30),
            new Stage.SetHeaderRoute("others", List.of(TESTER)),
            new Stage.SetMirrorRoute("copies", Share.NONE, Mirror.SAFE),
            new Stage.SetWeight(60)),
        Optional.empty(),
        Optional.empty(),
        new Amount.Count(unavailable),
        Duration.ofMinutes(10));
  }

  private static List<String> steps(Phase phase) {
    return phase.lanes().stream()
        .flatMap(lane -> lane.steps().stream())
        .map(step -> step.render(Naming.ofRoles(1)).replaceAll("@[0-9a-f]+|, at most.*", ""))
        .toList();
  }

  private static List<String> names(Plan plan) {
    return plan.phases().stream().map(Phase::name).toList();
  }

  @Test
  void inSpareSlotsTheFormerReleaseStaysUntilAllRequestsHaveLeftIt() {
    Plan plan = Scene.withSlots(4).plan(canary(25, 50));

    assertThat(names(plan))
        .containsExactly(
            "prepare web1",
            "stage 1: 25%",
            "prepare web2",
            "stage 2: 50%",
            "prepare web3",
            "75% to 3 instances",
            "prepare web4",
            "100% to 4 instances",
            "stop the former slots");
    assertThat(steps(plan.phases().get(1)))
        .containsExactly("send 25% of the requests to web1/green", "pause 5m");
    assertThat(Scene.minimum(plan)).isEqualTo(4);
  }

  @Test
  void withoutSpareSlotsWhoeverStaysCarriesTheRest() {
    Plan plan = Scene.of(4).plan(canary(25, 50));

    assertThat(names(plan))
        .containsExactly(
            "convert web1",
            "stage 1: 25%",
            "33% to 1 instance",
            "convert web2",
            "stage 2: 50%",
            "66% to 2 instances",
            "convert web3",
            "100% to 3 instances",
            "convert web4");
    assertThat(Scene.minimum(plan)).isEqualTo(3);
  }

  @Test
  void whatTakesAStageBackIsOneSwitchToWhatServedBefore() {
    Plan plan = Scene.withSlots(2).plan(canary(50));

    assertThat(plan.phases().get(1).lanes().getFirst().restore(1))
        .extracting(step -> step.render(Naming.ofRoles(1)))
        .containsExactly(
            "switch all requests from web1/green to web1/blue, web2/blue, who gains before who"
                + " loses");
  }

  @Test
  void theFirstDeployHasNothingToCompareWithAndSkipsTheStages() {
    assertThat(names(Scene.of(3).fresh().plan(canary(25))))
        .containsExactly("convert web1, web2, web3");
  }

  @Test
  void aHostThatCatchesUpWithWhatIsStableIsNoTrial() {
    Plan plan =
        Scene.of(2).returning().with("web2", Scene.empty(), MemberState.OUT).plan(canary(25));

    assertThat(names(plan)).containsExactly("convert web2");
  }

  @Test
  void aSingleInstanceHasNobodyToCompareWith() {
    assertThat(Scene.of(1).refusal(canary(25)))
        .containsExactly(
            "canary needs a second host or a second slot: role 'web' has one slot and 1 host"
                + " serving");
    assertThat(names(Scene.withSlots(1).plan(canary(25)))).contains("stage 1: 25%");
  }

  @Test
  void nobodyOutIsRefusedWhereThereIsNoSecondSlot() {
    assertThat(Scene.of(2).refusal(canary(Optional.empty(), 0, 25)))
        .containsExactly("maxUnavailable 0 needs a second slot, and role 'web' has one");
  }

  @Test
  void withoutABalancerNobodyCanGiveShares() {
    assertThat(Scene.of(2).withoutBalancer().refusal(canary(25)))
        .containsExactly(
            "canary needs a balancer to give shares of the requests, and none is in front of role"
                + " 'web'");
  }

  @Test
  void aScaleOfInstancesIsCheckedAgainstEveryWeight() {
    assertThat(Scene.withSlots(4).refusal(canary(Optional.of(1), 1, 25, 50, 75)))
        .containsExactly(
            "canaryScale of 1 cannot carry a weight of 50: that takes 2 of 4 instances",
            "canaryScale of 1 cannot carry a weight of 75: that takes 3 of 4 instances");
    assertThat(names(Scene.withSlots(4).plan(canary(Optional.of(2), 1, 5, 50))))
        .startsWith("prepare web1, web2", "stage 1: 5%", "stage 2: 50%");
  }

  @Test
  void weightsNeverFall() {
    assertThatThrownBy(() -> canary(50, 25)).hasMessage("a weight of 25 after 50 would fall");
    assertThatThrownBy(() -> canary(0)).hasMessage("a weight of 0 is out of 1..100");
  }

  record Fleet(int hosts, boolean slots, int unavailable, Canary canary) {
    Scene scene() {
      return (slots ? Scene.withSlots(hosts) : Scene.of(hosts))
          .able(Capability.WEIGHTS, Capability.MATCH, Capability.MIRROR);
    }

    @Override
    public String toString() {
      return "%d hosts, %s, %d out: %s"
          .formatted(hosts, slots ? "two slots" : "one slot", unavailable, canary.steps());
    }
  }

  private static Stream<Fleet> fleets() {
    return IntStream.of(1, 2, 3, 4, 7, 12)
        .boxed()
        .flatMap(hosts ->
            Stream.of(true, false)
                .flatMap(slots ->
                    IntStream.of(1, 2, 3)
                        .filter(out -> out < hosts || (slots && out == 1))
                        .boxed()
                        .flatMap(out ->
                            Stream.of(
                                    canary(Optional.empty(), out, 5, 25, 50, 75, 100),
                                    canary(Optional.empty(), out, 1),
                                    routed(out),
                                    canary(Optional.empty(), out, 33, 34, 90))
                                .map(canary -> new Fleet(hosts, slots, out, canary)))))
        .filter(fleet -> fleet.hosts() > 1 || fleet.slots());
  }

  @ParameterizedTest
  @MethodSource("fleets")
  void argoRollouts4612NobodyCarriesTooMuchAndAllRequestsEndAtTheRelease(Fleet fleet) {
    Situation before = fleet.scene().situation();
    Plan plan = fleet.scene().plan(fleet.canary());
    var walk = new Walk(plan, before);

    walk.through(plan);

    assertThat(walk.isSettledOn(Scene.NEW)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("fleets")
  void argoRollouts3941TheWayBackFromEveryPhaseOverloadsNobody(Fleet fleet) {
    Situation before = fleet.scene().situation();
    Plan plan = fleet.scene().plan(fleet.canary());
    for (int phases = 0; phases <= plan.phases().size(); phases++) {
      Situation found = new Walk(plan, before).through(plan, phases);
      Situation back = found.to(Scene.OLD, Direction.BACK);
      Plan way = ready(Roles.plan(fleet.canary(), List.of(back)));
      var walk = new Walk(way, back);
      walk.through(way);
      assertThat(walk.isSettledOn(Scene.OLD)).as("after phase %d", phases).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("fleets")
  void flagger1898WhicheverConversionFailsAllEndsAtWhatWasStable(Fleet fleet) {
    Situation before = fleet.scene().situation();
    Plan plan = fleet.scene().plan(fleet.canary());
    for (int phases = 0; phases < plan.phases().size(); phases++) {
      for (int begun = 1;
          begun <= plan.phases().get(phases).lanes().getFirst().steps().size();
          begun++) {
        var walk = new Walk(plan, before);
        walk.through(plan, phases);
        Situation found = walk.takenBack(plan.phases().get(phases).lanes().getFirst(), begun);
        Situation back = found.to(Scene.OLD, Direction.BACK);
        Plan way = ready(Roles.plan(fleet.canary(), List.of(back)));
        var home = new Walk(way, back);
        home.through(way);
        assertThat(home.isSettledOn(Scene.OLD))
            .as("after %d steps of phase %d", begun, phases)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fleets")
  void argoRollouts3372ANewerReleaseStartsFromWhatIsStable(Fleet fleet) {
    Situation before = fleet.scene().situation();
    Plan plan = fleet.scene().plan(fleet.canary());
    for (int phases = 0; phases <= plan.phases().size(); phases++) {
      Situation found = new Walk(plan, before).through(plan, phases);
      Situation newer = found.to(NEWEST, Direction.FORWARD);
      Plan next = ready(Roles.plan(fleet.canary(), List.of(newer)));
      var walk = new Walk(next, newer);
      walk.through(next);
      assertThat(walk.isSettledOn(NEWEST)).as("after phase %d", phases).isTrue();
      if (newer.traffic().orElseThrow().isSplit()) {
        assertThat(names(next).getFirst()).startsWith("return: ");
      }
    }
  }

  @Test
  void testersComeBeforeAnyUserAndAreSentAwayBeforeTheRestIsConverted() {
    Scene scene = Scene.withSlots(4).able(Capability.WEIGHTS, Capability.MATCH, Capability.MIRROR);

    Plan plan = scene.plan(routed(1));

    assertThat(names(plan))
        .containsExactly(
            "prepare web1",
            "step 1: scale",
            "step 3: route testers",
            "step 5: route testers",
            "step 6: mirror copies",
            "prepare web2",
            "stage 1: 30%",
            "step 9: route others",
            "step 10: mirror copies",
            "prepare web3",
            "stage 2: 60%",
            "prepare web4",
            "100% to 4 instances",
            "stop the former slots");
  }

  @Test
  void whatIsToldApartIsSaidAnewWithEveryShare() {
    Scene scene = Scene.withSlots(4).able(Capability.WEIGHTS, Capability.MATCH, Capability.MIRROR);

    Plan plan = scene.plan(routed(1));

    assertThat(
            plan.phases().stream()
                .filter(phase -> phase.name().contains(": "))
                .flatMap(phase -> steps(phase).stream()))
        .containsExactly(
            "pause 5m",
            "send requests with X-Trial: yes to web1/green",
            "pause 5m",
            "switch all requests from web1/green to web1/blue, web2/blue, web3/blue, web4/blue,"
                + " who gains before who loses",
            "copy 20% of the GET and HEAD requests to web1/green",
            "send 30% of the requests to web1/green, web2/green; copy 20% of the GET and HEAD"
                + " requests to web1/green, web2/green",
            "send 30% of the requests to web1/green, web2/green; send requests with X-Trial:"
                + " yes to web1/green, web2/green; copy 20% of the GET and HEAD requests to"
                + " web1/green, web2/green",
            "send 30% of the requests to web1/green, web2/green; send requests with X-Trial:"
                + " yes to web1/green, web2/green",
            "send 60% of the requests to web1/green, web2/green, web3/green; send requests with"
                + " X-Trial: yes to web1/green, web2/green, web3/green");
  }

  @Test
  void whatBalancersCannotTellApartIsRefused() {
    assertThat(Scene.withSlots(4).refusal(routed(1)))
        .containsExactly(
            "setHeaderRoute needs balancers that tell requests apart by what they carry;"
                + " docs/balancers.md says which do",
            "setMirrorRoute needs balancers that copy requests; docs/balancers.md says which do");
  }

  @Test
  void withoutASecondSlotCandidatesLeaveEnoughForTheRest() {
    assertThat(Scene.of(4).refusal(canary(Optional.of(3), 1, 25, 50)))
        .containsExactly(
            "canaryScale of 3 leaves 1 of 4 instances for a weight of 75, and that takes 3",
            "canaryScale of 3 leaves 1 of 4 instances for a weight of 50, and that takes 2");
  }

  @Test
  void aStrategyThatKnowsNoSharesReturnsFirstToo() {
    Situation before = Scene.of(4).situation();
    Plan plan = Scene.of(4).plan(canary(25, 50));
    Situation newer = new Walk(plan, before).through(plan, 2).to(NEWEST, Direction.FORWARD);

    Plan next = ready(Roles.plan(Rolling.DEFAULT, List.of(newer)));

    assertThat(names(next))
        .startsWith("return: 100% to 3 instances", "return: convert web1", "batch 1 of 4");
    assertThat(next.title()).startsWith("rolling of shop");
  }

  @Test
  void argoRollouts1838ARevertMeanwhileIsTheWayBackAtOnce() {
    Situation before = Scene.withSlots(4).situation();
    Plan plan = Scene.withSlots(4).plan(canary(25, 50));
    Situation found = new Walk(plan, before).through(plan, 2).to(Scene.OLD, Direction.FORWARD);

    Plan revert = ready(Roles.plan(canary(25, 50), List.of(found)));

    assertThat(names(revert)).containsExactly("100% to 4 instances", "finish what was begun");
    assertThat(revert.background()).isEmpty();
  }

  static Plan ready(Planning planning) {
    return switch (planning) {
      case Planning.Ready(var plan) -> plan;
      case Planning.Refused(var reasons) -> throw new AssertionError("refused: " + reasons);
    };
  }

  @Test
  void whatIsSickIsConvertedFirst() {
    Plan plan =
        Scene.of(3)
            .with("web3", Scene.known(Scene.OLD, Condition.UNHEALTHY), MemberState.SERVING)
            .plan(canary(25));

    assertThat(names(plan)).startsWith("convert web3", "stage 1: 25%");
  }
}
