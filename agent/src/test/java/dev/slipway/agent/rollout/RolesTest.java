package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.rollout.fake.Cast;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Slot;
import org.junit.jupiter.api.Test;

/**
 * Goal: the roles of an application move and return together, on hosts of their own and on one
 * link.
 *
 * <p>Method: web behind a balancer and workers in memory; a release that is bad in one role only.
 */
class RolesTest {
  private static final Instance JOB1 = new Instance("job1", "worker", Slot.CURRENT);
  private static final Instance BESIDE = new Instance("web1", "worker", Slot.CURRENT);

  private static Result.Ended ended(Result result) {
    assertThat(result).isInstanceOf(Result.Ended.class);
    return (Result.Ended) result;
  }

  private static void assertEnded(World world, Result result, Ending ending, Delivery everywhere) {
    assertThat(ended(result).ending()).as(ended(result).reason()).isEqualTo(ending);
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
  }

  @Test
  void theWorkersFollowOnceTheJudgedRoleIsDone() {
    var world = World.playing(Cast.webAndWorkers(2, 2), Rolling.DEFAULT);

    Result result = world.agent().start(world.version("2"));

    assertEnded(world, result, Ending.SUCCEEDED, world.version("2"));
    assertThat(world.hosts.acts().stream().filter(act -> act.endsWith("activate")))
        .containsExactly("web1 activate", "web2 activate", "job1 activate", "job2 activate");
    assertThat(world.leastServing()).isEqualTo(1);
    assertThat(world.agent().start(world.version("2"))).isEqualTo(new Result.NothingToDo());
  }

  @Test
  void aWorkerThatFailsItsProofTakesTheJudgedRoleBackToo() {
    var world = World.playing(Cast.webAndWorkers(2, 2), Rolling.DEFAULT);
    world.hosts.behaves("2", "worker", Behaviour.UNHEALTHY);

    Result result = world.agent().start(world.version("2"));

    assertEnded(world, result, Ending.ROLLED_BACK, world.version("1"));
    assertThat(ended(result).reason()).contains("worker on job1: job1 was not healthy in time");
    assertThat(world.leastServing()).isEqualTo(1);
  }

  @Test
  void aBigBangThatFailsInOneRoleComesBackInAll() {
    var world = World.playing(Cast.webAndWorkers(2, 1), Recreate.DEFAULT);
    world.hosts.behaves("2", "worker", Behaviour.WILL_NOT_START);

    assertEnded(
        world, world.agent().start(world.version("2")), Ending.ROLLED_BACK, world.version("1"));
  }

  @Test
  void rolesOfOneLinkAreNeverApart() {
    var world = World.playing(Cast.webWithWorkers(3), Rolling.DEFAULT);

    Result result = world.agent().start(world.version("2"));

    assertEnded(world, result, Ending.SUCCEEDED, world.version("2"));
    assertThat(world.hosts.acts().stream().filter(act -> act.endsWith("activate"))).hasSize(3);
    assertThat(world.hosts.acts().stream().filter(act -> act.endsWith("stage"))).hasSize(3);
  }

  @Test
  void aWorkerThatFailsBesideWhatServesTakesItsLinkBack() {
    var world = World.playing(Cast.webWithWorkers(2), Rolling.DEFAULT);
    world.hosts.behaves("2", "worker", Behaviour.WILL_NOT_START);

    Result result = world.agent().start(world.version("2"));

    assertEnded(world, result, Ending.ROLLED_BACK, world.version("1"));
    assertThat(world.leastServing()).isEqualTo(1);
  }

  @Test
  void workersThatCannotBeReachedAreSkippedAndDoNotHoldUpTheWayBack() {
    var world = World.playing(Cast.webAndWorkers(2, 2), Rolling.DEFAULT);
    world.hosts.dies("job1");

    Result result = world.agent().start(world.version("2"));

    assertThat(ended(result).ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(ended(result).incomplete()).containsExactly("job1");

    var bad = World.playing(Cast.webAndWorkers(2, 1), Rolling.DEFAULT);
    var agent = bad.agent();
    agent.whenBegins("web on web2", 1, () -> bad.hosts.dies("job1"));

    assertThat(ended(agent.start(bad.version("2"))).ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(bad.hosts.running(bad.web(1))).contains(bad.version("1").id());
    assertThat(bad.hosts.running(bad.web(2))).contains(bad.version("1").id());
  }

  @Test
  void aRoleThatTheFormerReleaseDidNotKnowIsStoppedOnTheWayBack() {
    var world = new World(Cast.webAndWorkers(2, 1), 1, Rolling.DEFAULT);
    Delivery before = Cast.delivery("1", "shop");
    world.settle(before);
    world.hosts.forgets(JOB1);
    world.hosts.behaves("2", "worker", Behaviour.UNHEALTHY);

    Result result = world.agent().start(world.version("2"));

    assertThat(ended(result).ending()).as(ended(result).reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(world.hosts.running(JOB1)).isEmpty();
    assertThat(world.hosts.running(world.web(1))).contains(before.id());
    assertThat(world.hosts.running(world.web(2))).contains(before.id());
    assertThat(world.wrongs()).isEmpty();
  }

  @Test
  void goingBackToAReleaseFromBeforeTheRoleKeepsTheJudgedOneServing() {
    var world = World.playing(Cast.webAndWorkers(2, 1), Rolling.DEFAULT);
    Delivery before = Cast.delivery("0", "shop");

    Result result = world.agent().start(before);

    assertThat(ended(result).ending()).as(ended(result).reason()).isEqualTo(Ending.SUCCEEDED);
    assertThat(world.hosts.running(world.web(1))).contains(before.id());
    assertThat(world.hosts.running(JOB1)).isEmpty();
    assertThat(world.leastServing()).isEqualTo(1);
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.agent().start(before)).isEqualTo(new Result.NothingToDo());
  }

  @Test
  void aSecondRoleComesToALinkThatIsInUse() {
    var world = new World(Cast.webWithWorkers(2), 1, Rolling.DEFAULT);
    world.settle(Cast.delivery("1", "web"));
    world.hosts.stopsByItself(BESIDE);
    world.hosts.stopsByItself(new Instance("web2", "worker", Slot.CURRENT));

    assertEnded(
        world, world.agent().start(world.version("2")), Ending.SUCCEEDED, world.version("2"));
  }

  @Test
  void aFirstReleaseThatFailsIsTakenBackInAllRoles() {
    var world = new World(Cast.webAndWorkers(2, 1), 1, Rolling.DEFAULT);
    world.hosts.behaves("2", "worker", Behaviour.UNHEALTHY);

    Result result = world.agent().start(world.version("2"));

    assertThat(ended(result).ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(world.hosts.occupants().values()).containsOnly(new Occupant.None());
    assertThat(world.hosts.running(world.web(1))).isEmpty();
    assertThat(world.hosts.running(JOB1)).isEmpty();
  }

  @Test
  void aFirstReleaseThatFailsOnASharedLinkLeavesNothingThere() {
    var world = new World(Cast.webWithWorkers(2), 1, Rolling.DEFAULT);
    world.hosts.behaves("2", "worker", Behaviour.UNHEALTHY);

    Result result = world.agent().start(world.version("2"));

    assertThat(ended(result).ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(world.hosts.occupants().values()).containsOnly(new Occupant.None());
    assertThat(world.hosts.running(world.web(1))).isEmpty();
    assertThat(world.hosts.running(BESIDE)).isEmpty();
    assertThat(world.wrongs()).isEmpty();
  }
}
