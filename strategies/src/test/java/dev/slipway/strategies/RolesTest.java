package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: all roles of an application move as one: the judged one first, none with too little left,
 * and those that use one link never apart.
 *
 * <p>Method: plans of described fleets, compared as text or by their lanes.
 */
class RolesTest {
  private static final List<String> WEB = List.of("web1", "web2");
  private static final List<String> JOB = List.of("job1", "job2");

  private static List<String> lanes(Plan plan) {
    return plan.phases().stream().map(RolesTest::lanes).toList();
  }

  private static String lanes(Phase phase) {
    List<String> ids = phase.lanes().stream().map(lane -> lane.id()).toList();
    return "%s: %s".formatted(phase.name(), String.join(", ", ids));
  }

  private static List<String> steps(Plan plan, String lane) {
    return plan.lanes()
        .filter(it -> it.id().equals(lane))
        .flatMap(it -> it.steps().stream())
        .map(step -> step.render(plan.naming()).replaceAll("@\\w+", ""))
        .toList();
  }

  private static Rolling batchesOf(int size) {
    return new Rolling(
        List.of(new Amount.Count(size)),
        Optional.empty(),
        new Amount.Count(0),
        0,
        Rolling.Order.UNHEALTHY_FIRST,
        Duration.ZERO,
        Duration.ofMinutes(3));
  }

  @Test
  void theOthersRollAfterTheJudgedRole() {
    Plan plan = TwoRoles.on(WEB, List.of("job1")).plan(Rolling.DEFAULT);

    assertThat(plan.render().replaceAll("@\\w+", ""))
        .isEqualTo(
            """
            rolling of shop in production
            target  2
            former  1
            at least 1 of web serve at every moment
            at least 0 of worker serve at every moment
            in the background
              stage web1
                stage 2 on web1
              stage web2
                stage 2 on web2
              stage job1
                stage 2 on job1
            web: batch 1 of 2
              web on web1
                join stage web1
                drain web on web1
                await web on web1 idle, at most 30s, then PROCEED
                stop web on web1
                activate 2 for web on web1
                start web on web1
                prove web on web1 healthy
                admit web on web1
                if it fails
                  drain web on web1
                  await web on web1 idle, at most 30s, then PROCEED
                  stop web on web1
                  activate 1 for web on web1
                  start web on web1
                  prove web on web1 healthy
                  admit web on web1
            web: after batch 1
              web: after batch 1
                check that at least 1 of web serve
            web: batch 2 of 2
              web on web2
                join stage web2
                drain web on web2
                await web on web2 idle, at most 30s, then PROCEED
                stop web on web2
                activate 2 for web on web2
                start web on web2
                prove web on web2 healthy
                admit web on web2
                if it fails
                  drain web on web2
                  await web on web2 idle, at most 30s, then PROCEED
                  stop web on web2
                  activate 1 for web on web2
                  start web on web2
                  prove web on web2 healthy
                  admit web on web2
            worker: batch 1 of 1
              worker on job1
                join stage job1
                stop worker on job1
                activate 2 for worker on job1
                start worker on job1
                prove worker on job1 healthy
                if it fails
                  stop worker on job1
                  activate 1 for worker on job1
                  start worker on job1
                  prove worker on job1 healthy
            """);
  }

  @Test
  void theWayBackHasTheSameOrderAndGoesOnWhateverFails() {
    Plan plan = TwoRoles.on(WEB, JOB).back().plan(Rolling.DEFAULT);

    assertThat(plan.target()).isEqualTo(Scene.OLD);
    assertThat(lanes(plan))
        .containsExactly(
            "web: batch 1 of 2: web on web1",
            "web: after batch 1: web: after batch 1",
            "web: batch 2 of 2: web on web2",
            "worker: batch 1 of 2: worker on job1",
            "worker: after batch 1: worker: after batch 1",
            "worker: batch 2 of 2: worker on job2");
    assertThat(plan.failureLimit()).isEqualTo(6);
  }

  @Test
  void aRoleWithoutAnyHostLeftDoesNotHoldUpTheWayBackOfTheOthers() {
    Plan plan = TwoRoles.on(WEB, List.of("job1")).back().unreachable("job1").plan(Rolling.DEFAULT);

    assertThat(lanes(plan)).hasSize(3).allMatch(phase -> phase.startsWith("web"));
    assertThat(plan.skipped()).containsExactly("job1");
    assertThat(TwoRoles.on(WEB, List.of("job1")).unreachable("job1").refusal(Rolling.DEFAULT))
        .contains("worker: no host can be reached: job1");
  }

  @Test
  void aWorkerThatCannotBeReachedIsSkipped() {
    Plan plan = TwoRoles.on(WEB, JOB).unreachable("job1").plan(Rolling.DEFAULT);

    assertThat(plan.skipped()).containsExactly("job1");
    assertThat(lanes(plan)).endsWith("worker: batch 1 of 1: worker on job2");
  }

  @Test
  void aReleaseFromBeforeTheRoleOnlyStopsIt() {
    Plan plan = TwoRoles.on(WEB, JOB).unknown("worker").back().plan(Rolling.DEFAULT);

    assertThat(steps(plan, "worker on job1"))
        .containsExactly("join stage job1", "stop worker on job1", "activate 1 for worker on job1");
    assertThat(plan.roles().get("worker")).isEqualTo(new Plan.Serving(Optional.empty(), 0));

    var stopped =
        new InstanceState(
            Scene.known(Scene.OLD, Condition.STOPPED).occupant(),
            Condition.STOPPED,
            InstanceState.Environment.CURRENT);
    Plan after =
        TwoRoles.on(WEB, List.of("job1"))
            .unknown("worker")
            .back()
            .with("worker", "job1", stopped)
            .plan(Rolling.DEFAULT);
    assertThat(lanes(after)).allMatch(phase -> phase.startsWith("web"));
  }

  @Test
  void rolesOfOneLinkStopBeforeItIsSetAndStartAfterIt() {
    Plan plan = TwoRoles.on(WEB, List.of("web1", "job1")).plan(Rolling.DEFAULT);

    assertThat(lanes(plan))
        .containsExactly(
            "web: batch 1 of 2: web on web1",
            "web: after batch 1: web: after batch 1",
            "web: batch 2 of 2: web on web2",
            "worker: batch 1 of 1: worker on job1");
    assertThat(steps(plan, "web on web1"))
        .containsExactly(
            "join stage web1",
            "stop worker on web1",
            "drain web on web1",
            "await web on web1 idle, at most 30s, then PROCEED",
            "stop web on web1",
            "activate 2 for web on web1",
            "start web on web1",
            "prove web on web1 healthy",
            "admit web on web1",
            "start worker on web1",
            "prove worker on web1 healthy");
    assertThat(plan.background()).extracting(lane -> lane.id()).doesNotHaveDuplicates();
  }

  @Test
  void whatTakesASharedLinkBackStopsAndStartsBothRolesToo() {
    Plan plan = TwoRoles.on(WEB, WEB).plan(Rolling.DEFAULT);

    assertThat(plan.phases().getFirst().lanes().getFirst().restore(11))
        .extracting(step -> step.render(plan.naming()).replaceAll("@\\w+", ""))
        .containsExactly(
            "stop worker on web1",
            "drain web on web1",
            "await web on web1 idle, at most 30s, then PROCEED",
            "stop web on web1",
            "activate 1 for web on web1",
            "start web on web1",
            "prove web on web1 healthy",
            "admit web on web1",
            "start worker on web1",
            "prove worker on web1 healthy");
  }

  @Test
  void theStricterRoleCutsTheBatches() {
    List<String> web = List.of("web1", "web2", "web3", "web4");
    Plan plan = TwoRoles.on(web, List.of("web1", "web2", "web3")).plan(batchesOf(2));

    assertThat(lanes(plan))
        .filteredOn(phase -> !phase.contains("after"))
        .containsExactly(
            "web: batch 1 of 3: web on web1",
            "web: batch 2 of 3: web on web2",
            "web: batch 3 of 3: web on web3, web on web4");
    assertThat(plan.roles().get("worker")).isEqualTo(new Plan.Serving(Optional.empty(), 2));
  }

  @Test
  void aCompanionThatCannotBeSparedIsRefused() {
    TwoRoles scene = TwoRoles.on(WEB, List.of("web1")).balancedWorkers();

    assertThat(scene.refusal(Rolling.DEFAULT))
        .containsExactly(
            "web: role 'worker' uses the same link and would stop with it,"
                + " and at least 1 of 1 must serve");
  }

  @Test
  void aWorkerThatAloneIsIllIsReplacedWithoutTouchingWhatServesBesideIt() {
    Plan plan =
        TwoRoles.on(WEB, WEB)
            .back()
            .with("web", "web1", Scene.known(Scene.OLD, Condition.HEALTHY))
            .with("web", "web2", Scene.known(Scene.OLD, Condition.HEALTHY))
            .with("worker", "web1", Scene.known(Scene.OLD, Condition.UNHEALTHY))
            .with("worker", "web2", Scene.known(Scene.OLD, Condition.HEALTHY))
            .plan(Rolling.DEFAULT);

    assertThat(lanes(plan)).containsExactly("worker: batch 1 of 1: worker on web1");
    assertThat(steps(plan, "worker on web1")).noneMatch(step -> step.contains("web on"));
  }

  @Test
  void linksAreNotSharedWithASpareSlot() {
    assertThat(TwoRoles.withSpareSlots(WEB, WEB).refusal(Rolling.DEFAULT))
        .containsExactly(
            "roles 'web' and 'worker' use the same link 'current' on a host,"
                + " and only roles with one slot can");
    assertThat(TwoRoles.withSpareSlots(WEB, JOB).plan(Rolling.DEFAULT).phases()).isNotEmpty();
  }

  @Test
  void aBigBangStopsEverythingOfAllRolesBeforeItStartsAny() {
    Plan plan = TwoRoles.on(WEB, List.of("web2", "job1")).plan(Recreate.DEFAULT);

    assertThat(lanes(plan))
        .containsExactly(
            "have the release everywhere: await web on web1, await web on web2,"
                + " await worker on job1",
            "web: park requests: web: park requests",
            "stop everything: stop web on web1, stop web on web2, stop worker on job1",
            "start everything: web on web1, web on web2, worker on job1",
            "web: park no more: web: park no more");
    assertThat(steps(plan, "stop web on web2"))
        .containsExactly(
            "stop worker on web2",
            "drain web on web2",
            "await web on web2 idle, at most 30s, then PROCEED",
            "stop web on web2");
    assertThat(steps(plan, "web: park requests"))
        .containsExactly("park up to 1000 requests for 30s while nobody of web serves");
    assertThat(plan.roles().values()).allMatch(serving -> serving.minimum() == 0);
  }

  @Test
  void aBigBangGoesBackWhateverFails() {
    Plan plan = TwoRoles.on(WEB, JOB).back().plan(Recreate.DEFAULT);

    assertThat(plan.failureLimit())
        .isEqualTo(plan.phases().stream().mapToInt(phase -> phase.lanes().size()).sum());
  }

  @Test
  void aPlanBeginsWithTheTrafficThatIsThereNow() {
    Plan plan = TwoRoles.on(WEB, WEB).balancedWorkers().plan(Recreate.DEFAULT);

    assertThat(plan.roles().values())
        .allMatch(serving -> serving.initial().map(Traffic::serving).orElseThrow().size() == 2);
  }
}
