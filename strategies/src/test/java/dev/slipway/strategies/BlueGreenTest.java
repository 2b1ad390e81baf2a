package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Goal: all traffic moves in one switch, to instances that were proven before it. */
class BlueGreenTest {
  private static List<String> steps(Lane lane) {
    return lane.steps().stream()
        .map(step -> step.render(Naming.ofRoles(1)).replaceAll("@[0-9a-f]+|, at most.*", ""))
        .toList();
  }

  private static List<String> steps(Phase phase) {
    return phase.lanes().stream().flatMap(lane -> steps(lane).stream()).toList();
  }

  private static BlueGreen lasting(Duration scaleDownDelay) {
    return new BlueGreen(
        scaleDownDelay,
        Duration.ofMinutes(10),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static BlueGreen asking() {
    return new BlueGreen(
        Duration.ZERO,
        Duration.ofMinutes(10),
        Optional.of(Approval.DEFAULT),
        Optional.empty(),
        Optional.empty());
  }

  private static Scene switchedToNew() {
    return Scene.withSlots(1)
        .with("web1/blue", Scene.known(Scene.OLD, Condition.HEALTHY), MemberState.DRAINING)
        .with("web1/green", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);
  }

  @Test
  void theIdleSlotsAreProvenBeforeAllRequestsAreSwitched() {
    Plan plan = Scene.withSlots(2).able(Capability.ONE_SHOT_SWITCH).plan(BlueGreen.DEFAULT);

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly(
            "prepare the idle slots",
            "switch",
            "keep the former slots warm",
            "stop the former slots");
    assertThat(steps(plan.phases().getFirst().lanes().getFirst()))
        .containsExactly(
            "join stage web1",
            "activate 2 on web1/green",
            "start web1/green",
            "prove web1/green healthy");
    assertThat(steps(plan.phases().get(1)))
        .containsExactly(
            "switch all requests from web1/blue, web2/blue to web1/green, web2/green, at once");
    assertThat(steps(plan.phases().get(2)))
        .containsExactly("pause 5m", "check that at least 2 serve");
    assertThat(steps(plan.phases().get(3).lanes().getFirst()))
        .containsExactly(
            "await web1/blue idle", "stop web1/blue", "take web1/blue out of the pool");
    assertThat(Scene.minimum(plan)).isEqualTo(2);
    assertThat(plan.remarks()).isEmpty();
  }

  @Test
  void whatTakesTheSwitchBackIsASwitch() {
    Plan plan = Scene.withSlots(1).plan(BlueGreen.DEFAULT);
    Lane lane = plan.phases().get(1).lanes().getFirst();

    assertThat(lane.restore(1).stream().map(step -> step.render(Naming.ofRoles(1))))
        .containsExactly(
            "switch all requests from web1/green to web1/blue, who gains before who loses");
  }

  @Test
  void thatBothAnswerForAMomentIsSaidWhereABalancerCannotSwitchAtOnce() {
    assertThat(Scene.withSlots(1).plan(BlueGreen.DEFAULT).remarks())
        .singleElement()
        .asString()
        .startsWith("both releases answer for a moment");
  }

  @Test
  void backToWhatIsStillWarmIsOneSwitchAndNothingIsSent() {
    Plan plan = switchedToNew().back().plan(BlueGreen.DEFAULT);

    assertThat(plan.background()).isEmpty();
    assertThat(plan.phases().stream().map(BlueGreenTest::steps))
        .containsExactly(
            List.of("start web1/blue", "prove web1/blue healthy"),
            List.of("switch all requests from web1/green to web1/blue, who gains before who loses"),
            List.of("await web1/green idle", "stop web1/green", "take web1/green out of the pool"));
  }

  @Test
  void aRevertMeanwhileKeepsNothingWarmEither() {
    Plan plan = switchedToNew().returning().plan(BlueGreen.DEFAULT);

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly("prepare the idle slots", "switch", "stop the former slots");
  }

  @Test
  void backBeforeTheSwitchOnlyTakesAwayWhatWasPrepared() {
    var scene =
        Scene.withSlots(1)
            .with("web1/green", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.OUT)
            .back();

    assertThat(scene.plan(BlueGreen.DEFAULT).phases().stream().map(BlueGreenTest::steps))
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .contains("stop web1/green")
        .noneMatch(step -> step.toString().contains("web1/blue"));
  }

  @Test
  void aFirstReleaseIsStartedWhereItIsToServe() {
    Plan plan = Scene.withSlots(2).fresh().plan(BlueGreen.DEFAULT);

    assertThat(plan.phases()).extracting(Phase::name).containsExactly("start everything");
    assertThat(steps(plan.phases().getFirst()))
        .contains("start web1/blue", "admit web1/blue", "start web2/blue", "admit web2/blue");
  }

  @Test
  void aReleaseThatRunsEverywhereNeedsNothing() {
    var scene =
        Scene.withSlots(1)
            .with("web1/blue", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);

    assertThat(scene.plan(BlueGreen.DEFAULT).isEmpty()).isTrue();
  }

  @Test
  void whereSomebodyIsAskedWhatWasProvenIsProvenAgainBeforeTheSwitch() {
    var asking = asking();

    Plan plan = Scene.withSlots(1).plan(asking);

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly(
            "prepare the idle slots",
            "promotion",
            "prove the idle slots again",
            "switch",
            "stop the former slots");
    assertThat(plan.phases().get(1).lanes().getFirst().steps())
        .extracting(step -> step.render())
        .containsExactly("await approval 'promotion' by 1, at most 24h, then abort");
    assertThat(steps(plan.phases().get(2)))
        .containsExactly("start web1/green", "prove web1/green healthy");
  }

  @Test
  void aWayBackAsksNobody() {
    var asking = asking();

    for (Scene back : List.of(switchedToNew().back(), switchedToNew().returning())) {
      assertThat(Roles.plan(asking, List.of(back.situation())))
          .isEqualTo(Roles.plan(asking.unattended(), List.of(back.situation())));
    }
    assertThat(Roles.plan(asking, List.of(Scene.withSlots(1).situation())).toString())
        .contains("AwaitApproval");
  }

  @Test
  void oneSlotAndNoBalancerAreRefused() {
    assertThat(Scene.of(1).withoutBalancer().refusal(BlueGreen.DEFAULT))
        .containsExactly(
            "blueGreen needs two slots, and role 'web' has one",
            "blueGreen needs a balancer to switch, and none is in front of role 'web'");
  }

  @Test
  void aHostThatCannotBeReachedHoldsItUpUnlessItMayBeSkipped() {
    var scene = Scene.withSlots(2).unreachable("web2/blue", "web2/green");

    assertThat(scene.refusal(BlueGreen.DEFAULT))
        .containsExactly("1 hosts cannot be reached (web2), and at most 0 may be skipped");
    assertThat(scene.skipping(1).plan(BlueGreen.DEFAULT).skipped()).containsExactly("web2");
  }

  @Test
  void withoutADelayTheFormerSlotsAreStoppedAtOnce() {
    var plan = Scene.withSlots(1).plan(lasting(Duration.ZERO));

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly("prepare the idle slots", "switch", "stop the former slots");
  }

  private static final BlueGreen KEEPING =
      new BlueGreen(
          Duration.ZERO,
          Duration.ofMinutes(10),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          true);

  @Test
  void whatIsKeptLeavesThePoolAndIsNotStopped() {
    Plan plan = Scene.withSlots(1).plan(KEEPING);

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly("prepare the idle slots", "switch", "leave the former slots running");
    assertThat(steps(plan.phases().getLast()))
        .containsExactly("await web1/blue idle", "take web1/blue out of the pool");
  }

  private static Scene kept(Condition condition, MemberState member) {
    return Scene.withSlots(1)
        .with("web1/blue", Scene.known(Scene.OLD, condition), member)
        .with("web1/green", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);
  }

  private static List<String> next(Scene scene, Optional<ReleaseId> kept) {
    return Roles.plan(KEEPING, List.of(scene.situation().keeping(kept)))
            instanceof Planning.Ready(var plan)
        ? plan.phases().stream().flatMap(phase -> steps(phase).stream()).toList()
        : List.of("refused");
  }

  @Test
  void whatIsKeptIsAsItShouldBeAndNothingElseInASpareSlotIs() {
    var running = kept(Condition.HEALTHY, MemberState.OUT);

    assertThat(next(running, Optional.of(Scene.OLD))).isEmpty();
    assertThat(next(running, Optional.empty())).contains("stop web1/blue");
    assertThat(next(running, Optional.of(Scene.NEW))).contains("stop web1/blue");
    assertThat(next(kept(Condition.UNHEALTHY, MemberState.OUT), Optional.of(Scene.OLD)))
        .contains("stop web1/blue");
    assertThat(next(kept(Condition.HEALTHY, MemberState.DRAINING), Optional.of(Scene.OLD)))
        .contains("take web1/blue out of the pool");
    assertThat(next(kept(Condition.STOPPED, MemberState.OUT), Optional.of(Scene.OLD))).isEmpty();
  }

  @Test
  void backToWhatIsKeptIsOneSwitchAndStopsWhatItLeaves() {
    assertThat(next(kept(Condition.HEALTHY, MemberState.OUT).returning(), Optional.of(Scene.OLD)))
        .containsExactly(
            "start web1/blue",
            "prove web1/blue healthy",
            "switch all requests from web1/green to web1/blue, who gains before who loses",
            "await web1/green idle",
            "stop web1/green",
            "take web1/green out of the pool");
  }

  @Test
  void theNextReleaseTakesTheSlotOfWhatIsKept() {
    var kept = new ReleaseId("0", Digest.of("older"));
    var scene =
        Scene.withSlots(1)
            .with("web1/green", Scene.known(kept, Condition.HEALTHY), MemberState.OUT);

    List<String> steps = next(scene, Optional.of(kept));

    assertThat(steps)
        .containsSubsequence("stop web1/green", "activate 2 on web1/green", "start web1/green")
        .doesNotContain("stop web1/blue");
  }

  @Test
  void thePageShowsThePlanAsItIs() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "blue-green.md"));
    Plan plan = Scene.withSlots(2).able(Capability.ONE_SHOT_SWITCH).plan(BlueGreen.DEFAULT);

    assertThat(page).contains("```\n" + plan.render().strip() + "\n```");
  }

  @Test
  void timesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> lasting(Duration.ofSeconds(-1)))
        .hasMessageContaining("scaleDownDelay PT-1S must be zero or more");
  }

  private static BlueGreen judged() {
    return new BlueGreen(
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Optional.empty(),
        Optional.of(Analysis.DEFAULT),
        Optional.of(Analysis.DEFAULT));
  }

  @Test
  void itIsJudgedBeforeTheSwitchAndWhileTheFormerSlotsAreWarm() {
    Plan plan = Scene.withSlots(2).plan(judged());

    assertThat(steps(plan.phases().get(1)))
        .containsExactly("judge web1/green, web2/green for 30s by error-rate, latency-p99");
    assertThat(steps(plan.phases().get(2))).singleElement().asString().startsWith("switch all");
    assertThat(steps(plan.phases().get(3)))
        .containsExactly(
            "judge web1/green, web2/green for 5m by error-rate, latency-p99",
            "check that at least 2 serve");
  }

  @Test
  void theIdleSlotsAreComparedWithWhatServesAndWhatServesWithNobody() {
    Plan plan = Scene.withSlots(1).plan(judged());

    assertThat(plan.lanes().flatMap(lane -> lane.steps().stream()))
        .filteredOn(JudgeStep.Analysis.class::isInstance)
        .extracting(step -> ((JudgeStep.Analysis) step).baseline().size())
        .containsExactly(1, 0);
  }

  @Test
  void noNumberHoldsUpAWayBack() {
    assertThat(switchedToNew().back().plan(judged()))
        .isEqualTo(switchedToNew().back().plan(BlueGreen.DEFAULT));
    assertThat(switchedToNew().returning().plan(judged()))
        .isEqualTo(switchedToNew().returning().plan(BlueGreen.DEFAULT));
  }

  @Test
  void whatIsJudgedAfterTheSwitchNeedsSomethingToGoBackTo() {
    assertThatThrownBy(() ->
            new BlueGreen(
                Duration.ZERO,
                Duration.ofMinutes(1),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Analysis.DEFAULT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scaleDownDelay");
  }
}
