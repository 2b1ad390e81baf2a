package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Summary;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.fleet.Instance;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a switch of all traffic can be turned at any time, and what was left warm gets it back
 * without being started anew.
 *
 * <p>Method: two hosts with two slots each, on which wishes and deaths arrive at a chosen step.
 */
@Timeout(60)
class SwitchTest {
  private static final String WARM = "keep the former slots warm";
  private static final Instance GREEN = new Instance("web1", "web", "green");

  private final World world = World.withSpareSlots(2, BlueGreen.DEFAULT);

  private void assertAll(Delivery everywhere, Ending... endings) {
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.agent().journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(endings);
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isEqualTo(2);
  }

  private List<String> acts(String verb) {
    return world.hosts.acts().stream().filter(act -> act.endsWith(" " + verb)).toList();
  }

  @Test
  void anAbortWhileTheFormerSlotsAreWarmSwitchesBackAndStopsTheNewOnes() {
    var agent = world.agent();
    agent.whenBegins(WARM, 0, () -> agent.rollouts.abort(World.SHOP, "ada", "too many errors"));

    agent.start(World.NEW);

    assertAll(World.OLD, Ending.ABORTED);
    assertThat(acts("stop")).containsExactlyInAnyOrder("web1 stop", "web2 stop");
    assertThat(acts("stage")).containsExactlyInAnyOrder("web1 stage", "web2 stage");
  }

  @Test
  void aRevertMeanwhileSwitchesBackAndSendsNothing() {
    var agent = world.agent();
    agent.whenBegins(
        WARM, 0, () -> agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert"));

    agent.start(World.NEW);

    assertAll(World.OLD, Ending.SUCCEEDED, Ending.SUPERSEDED);
    assertThat(acts("stage")).containsExactlyInAnyOrder("web1 stage", "web2 stage");
    assertThat(acts("activate")).containsExactlyInAnyOrder("web1 activate", "web2 activate");
  }

  @Test
  void aNewerReleaseMeanwhileIsPreparedWhereNobodyServes() {
    var agent = world.agent();
    agent.whenBegins(
        WARM,
        0,
        () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));

    agent.start(World.NEW);

    assertAll(World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
  }

  @Test
  void whatDiedWithItsHostBeforeTheSwitchIsStartedAgainAndNotBlamed() {
    var agent = world.agent();
    agent.when(SwitchTest::isPrepared, agent.rollouts::leave);
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);
    world.hosts.stopsByItself(GREEN);

    world.agent().resume();

    assertAll(World.NEW, Ending.SUCCEEDED);
  }

  private static boolean isPrepared(Event event) {
    return event instanceof Event.StepEnded(_, var at, _)
        && at.lane().equals("prepare web1")
        && at.index() == 3;
  }

  @Test
  void aBalancerThatDoesNotSeeTheNewOnesUpLeavesTheFormerOnesServing() {
    var agent = world.agent();
    agent.whenBegins("switch", 0, () -> world.balancers.getFirst().isBlocked());

    agent.start(World.NEW);

    assertThat(world.isAll(World.NEW)).isFalse();
    assertThat(world.leastServing()).isEqualTo(2);
    assertThat(world.wrongs()).isEmpty();
  }
}
