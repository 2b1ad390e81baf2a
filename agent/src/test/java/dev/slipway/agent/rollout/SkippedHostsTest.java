package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.strategies.Rolling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a host that could not be reached is never taken for one that has the release. Method: whole
 * rollouts of three hosts, the last of which is dead until all the others have nothing left to do.
 */
@Timeout(60)
class SkippedHostsTest {
  private final World world = World.serving(3, Rolling.DEFAULT);

  private static Result.Ended ended(Result result) {
    assertThat(result).isInstanceOf(Result.Ended.class);
    return (Result.Ended) result;
  }

  private void assertIncomplete(Result result) {
    assertThat(ended(result).ending()).as(ended(result).reason()).isEqualTo(Ending.SUCCEEDED);
    assertThat(ended(result).incomplete()).containsExactly("web3");
  }

  private void assertCatchesUp() {
    world.hosts.returns("web3");
    Result result = world.agent().start(World.NEW);

    assertThat(ended(result).ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(ended(result).incomplete()).isEmpty();
    assertThat(world.isAll(World.NEW)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
  }

  @Test
  void whatOnlyADeadHostLacksIsNoReasonToStopCatchingUp() {
    world.hosts.dies("web3");
    assertIncomplete(world.agent().start(World.NEW));

    var agent = world.agent();
    Result again = agent.start(World.NEW);

    assertThat(again).isInstanceOf(Result.NotNow.class);
    assertThat(((Result.NotNow) again).reasons()).containsExactly("still to catch up: web3");
    assertThat(agent.journal.history(World.SHOP, 10)).hasSize(1);
    assertCatchesUp();
  }

  @Test
  void whatIsAdoptedWhileAHostIsDeadIsIncomplete() {
    for (int number : new int[] {1, 2}) {
      world.hosts.runs(world.web(number), World.NEW.release());
    }
    world.hosts.dies("web3");

    assertIncomplete(world.agent().start(World.NEW));

    assertCatchesUp();
  }
}
