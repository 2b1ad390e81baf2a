package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.rollout.fake.FakeFleet;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a rollout ends as the design says, and says so.
 *
 * <p>Method: whole rollouts with the real planners on a made-up fleet, whose watch also reports
 * what must never happen.
 */
@Timeout(60)
class RolloutsTest {
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
  void aRollingUpdateReplacesOneAfterTheOther() {
    var world = World.serving(3, Rolling.DEFAULT);

    Result result = world.agent().start(World.NEW);

    assertEnded(world, result, Ending.SUCCEEDED, World.NEW);
    assertThat(world.leastServing()).isEqualTo(2);
  }

  @Test
  void whatSucceededIsStableAndDoneAgainIsNothing() {
    var world = World.serving(3, Rolling.DEFAULT);
    world.agent().start(World.NEW);

    var agent = world.agent();

    assertThat(agent.journal.stable(World.SHOP)).contains(World.NEW);
    assertThat(agent.start(World.NEW)).isEqualTo(new Result.NothingToDo());
  }

  @Test
  void theFirstReleaseStartsEverywhere() {
    var world = World.fresh(3, 1, Rolling.DEFAULT);

    assertEnded(world, world.agent().start(World.NEW), Ending.SUCCEEDED, World.NEW);
  }

  @Test
  void aRecreateStopsAllAndStartsAll() {
    var world = World.serving(3, Recreate.DEFAULT);

    assertEnded(world, world.agent().start(World.NEW), Ending.SUCCEEDED, World.NEW);
    assertThat(world.leastServing()).isZero();
  }

  @Test
  void aReleaseThatIsUnhealthyIsTakenBackAndQuarantined() {
    var world = World.serving(3, Rolling.DEFAULT);
    world.hosts.behaves("2", FakeFleet.Behaviour.UNHEALTHY);
    var agent = world.agent();

    Result result = agent.start(World.NEW);

    assertEnded(world, result, Ending.ROLLED_BACK, World.OLD);
    assertThat(agent.journal.quarantined(World.SHOP))
        .extracting(quarantine -> quarantine.release())
        .isEqualTo(List.of(World.NEW.id()));
    assertThat(agent.journal.stable(World.SHOP)).contains(World.OLD);
    assertThat(world.leastServing()).isEqualTo(2);
  }
}
