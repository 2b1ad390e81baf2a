package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Approval.OnTimeout;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.gate.Webhook.Moment;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.traffic.Capability;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Goal: others are asked and told at the moments that Flagger has for them, and at no other. */
class AttendedTest {
  private static final Canary CANARY =
      new Canary(
          Canary.stages(List.of(25, 50), Duration.ofMinutes(5)),
          Optional.empty(),
          Optional.empty(),
          new Amount.Count(1),
          Duration.ofMinutes(10));

  private static Webhook webhook(Moment type) {
    return new Webhook(
        type.text(),
        type,
        "https://checks.example.com",
        Duration.ofSeconds(10),
        2,
        Duration.ofSeconds(10),
        Duration.ofHours(4),
        OnTimeout.ABORT,
        Map.of(),
        Optional.empty());
  }

  private static Strategy attended(Strategy own, Moment... types) {
    return new Strategy.Attended(own, Stream.of(types).map(AttendedTest::webhook).toList());
  }

  private static List<String> names(Plan plan) {
    return plan.phases().stream().map(Phase::name).toList();
  }

  private static List<String> lanes(Plan plan, String phase) {
    return plan.phases().stream()
        .filter(one -> one.name().equals(phase))
        .flatMap(one -> one.lanes().stream())
        .map(lane -> lane.id())
        .toList();
  }

  @Test
  void aShadowIsConfirmedBeforeTheSwitchForCopiesAreNoShare() {
    Plan plan =
        Scene.withSlots(2).able(Capability.MIRROR).plan(attended(Shadow.DEFAULT, Moment.values()));

    assertThat(names(plan))
        .containsExactly(
            "confirm the rollout",
            "prepare the idle slots",
            "pre-rollout",
            "shadow",
            "confirm the promotion",
            "switch",
            "keep the former slots warm",
            "stop the former slots",
            "post-rollout");
    assertThat(lanes(plan, "shadow")).contains("webhook rollout, shadow");
  }

  @Test
  void aCanaryIsConfirmedBeforeEachShareAndBeforeTheFormerReleaseIsGivenUp() {
    Plan plan = Scene.withSlots(4).plan(attended(CANARY, Moment.values()));

    assertThat(names(plan))
        .containsExactly(
            "confirm the rollout",
            "prepare web1",
            "pre-rollout",
            "confirm stage 1: 25%",
            "stage 1: 25%",
            "prepare web2",
            "confirm stage 2: 50%",
            "stage 2: 50%",
            "confirm the promotion",
            "prepare web3",
            "75% to 3 instances",
            "prepare web4",
            "100% to 4 instances",
            "stop the former slots",
            "post-rollout");
    assertThat(lanes(plan, "stage 1: 25%"))
        .containsExactly(
            "stage 1: 25%",
            "webhook rollout, stage 1: 25%",
            "webhook rollback, stage 1: 25%",
            "webhook event, stage 1: 25%");
    assertThat(lanes(plan, "prepare web3"))
        .containsExactly("prepare web3", "webhook event, prepare web3");
  }

  @Test
  void aSwitchIsConfirmedBeforeItAndWatchedWhileTheFormerSlotsAreWarm() {
    Plan plan =
        Scene.withSlots(2)
            .plan(attended(BlueGreen.DEFAULT, Moment.CONFIRM_PROMOTION, Moment.ROLLBACK));

    assertThat(names(plan))
        .containsExactly(
            "prepare the idle slots",
            "confirm the promotion",
            "switch",
            "keep the former slots warm",
            "stop the former slots");
    assertThat(lanes(plan, "keep the former slots warm"))
        .containsExactly(
            "keep the former slots warm", "webhook rollback, keep the former slots warm");
  }

  @Test
  void whileAPersonIsAwaitedOthersMayStillAskToGoBack() {
    var asking =
        new BlueGreen(
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Optional.of(Approval.DEFAULT),
            Optional.empty(),
            Optional.empty());

    assertThat(
            lanes(
                Scene.withSlots(2).plan(attended(asking, Moment.ROLLOUT, Moment.ROLLBACK)),
                "promotion"))
        .containsExactly("promotion", "webhook rollback, promotion");
  }

  @Test
  void aRollingUpdateIsCheckedBeforeItsFirstBatch() {
    Plan plan = Scene.of(2).plan(attended(Rolling.DEFAULT, Moment.PRE_ROLLOUT, Moment.EVENT));

    assertThat(names(plan))
        .containsExactly("pre-rollout", "batch 1 of 2", "after batch 1", "batch 2 of 2");
    assertThat(lanes(plan, "batch 1 of 2")).containsExactly("web1", "webhook event, batch 1 of 2");
  }

  @Test
  void aPlanShowsWhoIsCalledWhenAndForHowLong() {
    assertThat(Scene.withSlots(2).plan(attended(CANARY, Moment.values())).render())
        .contains("await webhook 'confirm-rollout' (confirm-rollout) every 10s, at most 4h, then")
        .contains("call webhook 'pre-rollout' (pre-rollout) until it answers well, 3 times at most")
        .contains("call webhook 'rollout' (rollout) every 10s meanwhile")
        .contains("ask webhook 'rollback' (rollback) every 10s meanwhile whether to go back")
        .contains("tell webhook 'event' (event)");
  }

  @Test
  void whatIsTrustedIsUnattendedAndKeepsItsName() {
    Strategy attended = attended(CANARY, Moment.CONFIRM_ROLLOUT);

    assertThat(attended.unattended()).isEqualTo(CANARY.unattended());
    assertThat(attended.name()).isEqualTo("canary");
    assertThat(attended.progressDeadline()).isEqualTo(CANARY.progressDeadline());
  }
}
