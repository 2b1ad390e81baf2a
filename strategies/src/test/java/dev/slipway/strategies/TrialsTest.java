package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.trial.Expected;
import dev.slipway.strategies.fleet.trial.Inquiry;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.fleet.trial.Warmup;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.traffic.MemberState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Goal: a new release stands its trials before it gets requests, and no other release does. */
class TrialsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Trials TRIALS =
      new Trials(
          Optional.of(new Warmup(inquiry("/"), 100, 4, MINUTE)),
          List.of(test("/ping", 1, 0), test("/search", 3, 1)));
  private static final List<String> STOOD =
      List.of(
          "warm %s up: GET /, 100 times, 4 at once, at most 1m",
          "smoke-test %s: GET /ping, GET /search, well 2 times of 3");

  private static Inquiry inquiry(String path) {
    return new Inquiry(
        Inquiry.Method.GET, path, "http", Optional.empty(), Map.of(), Optional.empty(), SECOND);
  }

  private static SmokeTest test(String path, int count, int failureLimit) {
    return new SmokeTest(
        inquiry(path),
        new Expected(new TreeSet<>(Set.of(200)), Map.of(), Optional.empty(), Optional.empty()),
        new SmokeTest.Tries(count, failureLimit, SECOND, MINUTE));
  }

  private static String name(Step step) {
    return step.render(Naming.ofRoles(1)).replaceAll("@[0-9a-f]+|, at most 10m: .*", "");
  }

  private static List<String> steps(Plan plan) {
    return plan.phases().stream()
        .flatMap(phase -> phase.lanes().stream())
        .flatMap(lane -> lane.steps().stream())
        .map(TrialsTest::name)
        .toList();
  }

  private static List<String> stood(String instance) {
    return STOOD.stream().map(text -> text.formatted(instance)).toList();
  }

  private static void assertStands(Plan plan, String instance, String before, String after) {
    List<String> steps = steps(plan);
    int first = steps.indexOf(before);
    assertThat(steps.subList(first + 1, first + 3)).isEqualTo(stood(instance));
    assertThat(steps.get(first + 3)).startsWith(after);
  }

  private static void assertStandsNothing(Plan plan) {
    assertThat(steps(plan)).isNotEmpty().noneMatch(step -> step.matches("(?:warm|smoke).*"));
  }

  @Test
  void inPlaceTheyStandBetweenTheProofAndTheAdmission() {
    Plan plan = Scene.of(2, TRIALS).plan(Rolling.DEFAULT);

    assertStands(plan, "web1", "prove web1 healthy", "admit web1");
    assertStands(plan, "web2", "prove web2 healthy", "admit web2");
  }

  @Test
  void inASpareSlotTheFormerReleaseServesMeanwhile() {
    var surge =
        new Rolling(
            List.of(),
            Optional.of(new Amount.Count(0)),
            new Amount.Count(1),
            0,
            Rolling.Order.INVENTORY,
            Duration.ZERO,
            MINUTE);

    assertStands(
        Scene.withSlots(1, TRIALS).plan(surge),
        "web1/green",
        "prove web1/green healthy",
        "admit web1/green");
  }

  @Test
  void withBlueGreenAllHostsStandThemBeforeTheSwitch() {
    Plan plan = Scene.withSlots(2, TRIALS).plan(BlueGreen.DEFAULT);
    List<String> steps = steps(plan);

    assertThat(steps).containsAll(stood("web1/green")).containsAll(stood("web2/green"));
    assertThat(steps.subList(0, steps.indexOf(stood("web2/green").getLast())))
        .noneMatch(step -> step.startsWith("switch"));
  }

  @Test
  void afterABigBangTheyStandBeforeRequestsReturn() {
    assertStands(
        Scene.of(1, TRIALS).plan(Recreate.DEFAULT), "web1", "prove web1 healthy", "admit web1");
  }

  @Test
  void whatWasLeftRunningWithoutRequestsStandsThemToo() {
    var scene =
        Scene.of(2, TRIALS)
            .with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.DRAINING);

    assertStands(scene.plan(Recreate.DEFAULT), "web1", "prove web1 healthy", "admit web1");
  }

  @Test
  void theyComeAfterTheHookThatValidatesAndBeforeTheOneThatAllowsTraffic() {
    var hooks =
        new Hooks(
            Map.of(
                Lifecycle.VALIDATE_SERVICE, List.of(List.of("bin/check")),
                Lifecycle.BEFORE_ALLOW_TRAFFIC, List.of(List.of("bin/join"))),
            Duration.ofMinutes(10));
    Planning planning =
        Roles.plan(
            Rolling.DEFAULT,
            List.of(Scene.of(1, TRIALS).withoutBalancer().situation()),
            List.of(),
            _ -> hooks);

    assertThat(planning)
        .isInstanceOfSatisfying(
            Planning.Ready.class,
            ready -> assertStandsAfter(ready.plan(), "run validateService of 2 on web1", "web1"));
  }

  private static void assertStandsAfter(Plan plan, String before, String instance) {
    List<String> steps = steps(plan);
    int first = steps.indexOf(before);
    assertThat(first).isNotNegative();
    assertThat(steps.subList(first + 1, first + 3)).isEqualTo(stood(instance));
  }

  @Test
  void aWayBackIsNotHeldUpByThem() {
    var scene =
        Scene.of(2, TRIALS)
            .with("web1", Scene.known(Scene.NEW, Condition.HEALTHY), MemberState.SERVING)
            .back();

    assertStandsNothing(scene.plan(Rolling.DEFAULT));
  }

  @Test
  void whatTakesALaneBackIsNotHeldUpByThemEither() {
    Plan plan = Scene.of(1, TRIALS).plan(Recreate.DEFAULT);

    assertThat(
            plan.phases().stream()
                .flatMap(phase -> phase.lanes().stream())
                .flatMap(lane -> lane.restore(lane.moves().size()).stream())
                .map(TrialsTest::name))
        .isNotEmpty()
        .noneMatch(step -> step.matches("(?:warm|smoke).*"));
  }

  @Test
  void theStableReleaseIsStartedAgainWithoutThem() {
    var scene =
        Scene.of(2, TRIALS)
            .with("web1", Scene.known(Scene.OLD, Condition.STOPPED), MemberState.DRAINING)
            .returning();

    assertStandsNothing(scene.plan(Rolling.DEFAULT));
  }

  @Test
  void thePageShowsThePlanAsItIs() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "smoke-tests.md"));
    var trials =
        new Trials(
            TRIALS.warmup(), List.of(test("/api/db/ping", 1, 0), test("/search?q=shoes", 5, 1)));
    String plan = Scene.of(2, trials).plan(Rolling.DEFAULT).render();
    int lane = plan.indexOf("  web1\n    join");

    assertThat(page)
        .contains("```\n" + plan.substring(lane, plan.indexOf("    if it fails", lane)) + "```\n");
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> test("/", 2, 2)).hasMessageContaining("failureLimit 2");
    assertThatThrownBy(() -> new SmokeTest.Tries(3, 0, Duration.ofSeconds(30), MINUTE))
        .hasMessageContaining("too short");
    assertThatThrownBy(() -> new Warmup(inquiry("/"), 1, 0, MINUTE))
        .hasMessageContaining("concurrency 0");
    assertThatThrownBy(() -> inquiry("ping")).hasMessageContaining("must start with /");
  }
}
