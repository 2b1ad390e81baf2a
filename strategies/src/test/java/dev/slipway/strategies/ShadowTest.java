package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a release meets copies of requests before its users, and users only after a verdict. */
class ShadowTest {
  private static Scene scene(int hosts) {
    return Scene.withSlots(hosts).able(Capability.MIRROR, Capability.ONE_SHOT_SWITCH);
  }

  private static List<String> rendered(List<Step> steps) {
    return steps.stream().map(step -> step.render(Naming.ofRoles(1))).toList();
  }

  private static Lane shadow(Plan plan) {
    return plan.phases().stream()
        .filter(phase -> phase.name().equals("shadow"))
        .findFirst()
        .orElseThrow()
        .lanes()
        .getFirst();
  }

  private static List<String> phases(Plan plan) {
    return plan.phases().stream().map(Phase::name).toList();
  }

  private static Shadow copying(int mirrorWeight, Set<String> methods, Optional<Approval> asked) {
    return new Shadow(
        mirrorWeight,
        methods,
        Optional.empty(),
        Duration.ofMinutes(5),
        Analysis.DEFAULT,
        asked,
        Duration.ZERO,
        Duration.ofMinutes(10));
  }

  @Test
  void answersAreComparedWhereTheBalancersCanAndRefusedElsewhere() {
    var comparing =
        new Shadow(
            100,
            Mirror.SAFE,
            Optional.of(new Comparison(new TreeSet<>(Set.of("ETag")), List.of("/now"), true)),
            Duration.ofMinutes(5),
            Analysis.DEFAULT,
            Optional.empty(),
            Duration.ZERO,
            Duration.ofMinutes(10));

    assertThat(
            Scene.withSlots(1).able(Capability.MIRROR, Capability.COMPARE).plan(comparing).render())
        .contains(
            "copy 100% of the GET and HEAD requests to web1/green, and compare status and body and"
                + " ETag, without /now, less the noise");
    assertThat(Scene.withSlots(1).able(Capability.MIRROR).refusal(comparing))
        .containsExactly(
            "compare needs balancers that compare answers, and not every one in front of role 'web'"
                + " does; use the edge, or leave compare out");
  }

  @Test
  void copiesAreMadeOfWhatIsProvenAndJudgedBeforeAllRequestsAreSwitched() {
    Plan plan = scene(2).plan(Shadow.DEFAULT);

    assertThat(phases(plan))
        .containsExactly(
            "prepare the idle slots",
            "shadow",
            "switch",
            "keep the former slots warm",
            "stop the former slots");
    assertThat(rendered(shadow(plan).steps()))
        .containsExactly(
            "copy 100% of the GET and HEAD requests to web1/green, web2/green",
            "judge web1/green, web2/green for 30m by error-rate, latency-p99",
            "switch all requests from web1/green, web2/green to web1/blue, web2/blue, at once");
    assertThat(Scene.minimum(plan)).isEqualTo(2);
  }

  @Test
  void noUserIsSentToWhatGetsCopies() {
    Scene scene = scene(2);
    var copies = (TrafficStep) shadow(scene.plan(Shadow.DEFAULT)).steps().getFirst();

    Traffic traffic = copies.applyTo(scene.situation().traffic().orElseThrow());

    assertThat(traffic.share(scene.instance("web1/green"))).isEqualTo(Share.NONE);
    assertThat(traffic.share(scene.instance("web1/blue"))).isEqualTo(Share.ALL);
    assertThat(traffic.routing().rules()).isEmpty();
  }

  @Test
  void theEndOfTheCopiesLeavesTheTrafficAsItWasBefore() {
    Scene scene = scene(1);
    Traffic before = scene.situation().traffic().orElseThrow();
    List<Step> steps = shadow(scene.plan(Shadow.DEFAULT)).steps();

    Traffic copied = ((TrafficStep) steps.getFirst()).applyTo(before);
    Traffic ended = ((TrafficStep) steps.getLast()).applyTo(copied);

    assertThat(ended.routing()).isEqualTo(Routing.NONE);
    assertThat(ended.serving()).isEqualTo(before.serving());
    assertThat(ended.isSplit()).isFalse();
  }

  @Test
  void aBadVerdictEndsTheCopiesAndNothingElse() {
    Lane lane = shadow(scene(1).plan(Shadow.DEFAULT));

    assertThat(rendered(lane.restore(2)))
        .containsExactly("switch all requests from web1/green to web1/blue, at once");
  }

  @Test
  void aPartOfTheRequestsAndOtherMethodsAreCopiedIfSoAsked() {
    Plan plan = scene(1).plan(copying(20, Set.of("POST", "GET"), Optional.empty()));

    assertThat(rendered(shadow(plan).steps()).getFirst())
        .isEqualTo("copy 20% of the GET and POST requests to web1/green");
  }

  @Test
  void peopleAreAskedAfterTheVerdictAndTheSlotsAreProvenAgain() {
    Plan plan = scene(1).plan(copying(100, Set.of("GET"), Optional.of(Approval.DEFAULT)));

    assertThat(phases(plan))
        .containsExactly(
            "prepare the idle slots",
            "shadow",
            "promotion",
            "prove the idle slots again",
            "switch",
            "stop the former slots");
  }

  @Test
  void whereNobodyServesYetThereIsNothingToCopy() {
    Plan plan = scene(2).fresh().plan(Shadow.DEFAULT);

    assertThat(phases(plan)).containsExactly("start everything");
  }

  @Test
  void whatWasTrustedBeforeIsSwitchedToWithoutCopies() {
    Scene scene =
        Scene.withSlots(1)
            .with("web1/blue", Scene.known(Scene.OLD, Condition.HEALTHY), MemberState.DRAINING)
            .with("web1/green", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING);

    assertThat(phases(scene.returning().plan(Shadow.DEFAULT)))
        .containsExactly("prepare the idle slots", "switch", "stop the former slots");
    assertThat(phases(scene.back().plan(Shadow.DEFAULT)))
        .containsExactly("prepare the idle slots", "switch", "stop the former slots");
  }

  @Test
  void aBalancerThatMakesNoCopiesIsRefused() {
    assertThat(Scene.withSlots(2).refusal(Shadow.DEFAULT))
        .containsExactly(
            "shadow needs balancers that copy requests, and not every one in front of role 'web'"
                + " does; use the edge or nginx, or blueGreen with smoke tests");
  }

  @Test
  void oneSlotAndNoBalancerAreRefusedByItsName() {
    assertThat(Scene.of(2).withoutBalancer().refusal(Shadow.DEFAULT))
        .containsExactly(
            "shadow needs two slots, and role 'web' has one",
            "shadow needs a balancer to switch, and none is in front of role 'web'");
  }

  @Test
  void aWayBackAsksNobodyAndCopiesNothing() {
    Strategy back = copying(100, Set.of("GET"), Optional.of(Approval.DEFAULT)).unattended();

    assertThat(phases(scene(1).plan(back)))
        .containsExactly("prepare the idle slots", "switch", "stop the former slots");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 101, -5})
  void aWeightThatIsNoPartOfTheRequestsIsRefused(int weight) {
    assertThatThrownBy(() -> copying(weight, Set.of("GET"), Optional.empty()))
        .hasMessage("a mirrorWeight of %d is out of 1..100", weight);
  }
}
