package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.traffic.MemberState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Goal: the former release is measured while it serves, before anything of the next one does. */
class FormersTest {
  private static final ReleaseId NEWER = new ReleaseId("3", Digest.of("newer"));
  private static final String MEASURE = "measure the former release";

  private static Analysis comparing(Duration window) {
    Metric usual = Metric.usual(Builtin.ERROR_RATE);
    var metric =
        new Metric(
            usual.name(),
            Optional.empty(),
            Optional.empty(),
            usual.threshold(),
            OptionalDouble.empty(),
            Optional.of(new Metric.Former(2, window)),
            50,
            usual.onNoData(),
            usual.limits(),
            usual.count(),
            false,
            true);
    return new Analysis(
        Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(30), List.of(metric));
  }

  private static BlueGreen judged(Analysis analysis) {
    return new BlueGreen(
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Optional.empty(),
        Optional.empty(),
        Optional.of(analysis));
  }

  private static Plan plan(Scene scene, Strategy strategy) {
    return Roles.plan(strategy, List.of(scene.situation())) instanceof Planning.Ready(var plan)
        ? plan
        : fail("no plan");
  }

  private static List<String> measured(Plan plan) {
    return plan.lanes()
        .flatMap(lane -> lane.steps().stream())
        .filter(JudgeStep.Former.class::isInstance)
        .map(step -> step.render(Naming.ofRoles(1)))
        .toList();
  }

  @Test
  void itIsMeasuredBeforeAnythingElse() {
    Plan plan = plan(Scene.withSlots(2), judged(comparing(Duration.ofMinutes(3))));

    assertThat(plan.phases()).extracting(Phase::name).startsWith(MEASURE, "prepare the idle slots");
    assertThat(measured(plan))
        .containsExactly("measure web1/blue, web2/blue for 3m by error-rate, to compare with it");
  }

  @Test
  void nothingIsMeasuredWhereNothingIsComparedWithIt() {
    assertThat(measured(plan(Scene.withSlots(2), judged(Analysis.DEFAULT)))).isEmpty();
  }

  @Test
  void aReleaseThatIsTrustedIsComparedWithNothing() {
    var back =
        Scene.withSlots(1)
            .with("web1/blue", Scene.known(Scene.OLD, Condition.HEALTHY), MemberState.OUT)
            .with("web1/green", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING)
            .returning();

    Plan plan = plan(back, judged(comparing(Duration.ofMinutes(3))));

    assertThat(plan.isEmpty()).isFalse();
    assertThat(measured(plan)).isEmpty();
  }

  @Test
  void whereNobodyServesItThatIsSaidAndNotForgotten() {
    var other =
        Scene.withSlots(1)
            .with("web1/blue", Scene.known(NEWER, Condition.HEALTHY), MemberState.SERVING);

    assertThat(measured(plan(other, judged(comparing(Duration.ofMinutes(3))))))
        .containsExactly(
            "compare with nobody by error-rate: no instance serves the former release");
  }

  @Test
  void whatIsOnTrialHasLeftBeforeItIsMeasured() {
    var trial =
        Scene.withSlots(2)
            .with("web1/green", Scene.known(NEWER, Condition.HEALTHY), MemberState.SERVING);
    var canary =
        new Canary(
            Canary.stages(List.of(5), Duration.ofMinutes(5)),
            Optional.of(comparing(Duration.ofMinutes(3))),
            Optional.empty(),
            new Amount.Count(1),
            Duration.ofMinutes(10));

    Plan plan = plan(trial, canary);

    List<String> names = plan.phases().stream().map(Phase::name).toList();
    assertThat(names.getFirst()).startsWith("return: ");
    assertThat(names.get(names.indexOf(MEASURE) - 1)).startsWith("return: ");
    assertThat(names.get(names.indexOf(MEASURE) + 1)).doesNotStartWith("return: ");
    assertThat(measured(plan))
        .containsExactly("measure web1/blue, web2/blue for 3m by error-rate, to compare with it");
  }
}
