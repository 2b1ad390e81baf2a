package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.rollout.fake.FakeFleet;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.MemberState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a rollout can be turned at any time, and its way back leads to what was stable, or to
 * nothing where nothing was.
 *
 * <p>Method: wishes that arrive at a chosen step, and releases that fail, on a made-up fleet.
 */
@Timeout(60)
class TurnsTest {
  private final World world = World.serving(3, Rolling.DEFAULT);

  private static Result.Ended ended(Result result) {
    assertThat(result).isInstanceOf(Result.Ended.class);
    return (Result.Ended) result;
  }

  private static List<Ending> endings(World world) {
    return world.agent().journal.history(World.SHOP, 9).stream().map(Summary::ending).toList();
  }

  private void assertAll(Delivery everywhere) {
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isGreaterThanOrEqualTo(2);
  }

  /** Goal: what blue-green keeps runs on, and gets all requests back by one switch. */
  @Nested
  class Kept {
    private final World keeping =
        World.withSpareSlots(
            2,
            new BlueGreen(
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true));

    private List<String> acts(String verb) {
      return keeping.hosts.acts().stream().filter(act -> act.endsWith(" " + verb)).toList();
    }

    private void releaseTwice() {
      World.Agent agent = keeping.agent();
      agent.start(World.NEW);
      agent.start(World.NEWER);
      assertThat(endings(keeping)).containsExactly(Ending.SUCCEEDED, Ending.SUCCEEDED);
    }

    @Test
    void whatIsKeptIsLeftAloneByWhoeverLooksNext() {
      keeping.agent().start(World.NEW);

      assertThat(keeping.agent().start(World.NEW)).isInstanceOf(Result.NothingToDo.class);

      assertThat(acts("stop")).isEmpty();
      for (String host : List.of("web1", "web2")) {
        assertThat(List.of("blue", "green"))
            .extracting(slot -> keeping.hosts.running(new Instance(host, "web", slot)))
            .containsExactlyInAnyOrder(Optional.of(World.OLD.id()), Optional.of(World.NEW.id()));
      }
      assertThat(keeping.wrongs()).isEmpty();
    }

    @Test
    void aRevertAfterItsEndIsOneSwitchAndStartsNothing() {
      releaseTwice();
      int started = acts("activate").size();

      assertThat(ended(keeping.agent().start(World.NEW)).ending()).isEqualTo(Ending.SUCCEEDED);

      assertThat(acts("activate")).hasSize(started);
      assertThat(keeping.isAll(World.NEW)).isTrue();
      assertThat(keeping.leastServing()).isEqualTo(2);
      assertThat(keeping.wrongs()).isEmpty();
    }
  }

  @Test
  void aNewerReleaseTakesOverFromTheMix() {
    var agent = world.agent();
    agent.whenBegins(
        "web2",
        1,
        () ->
            assertThat(agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"))
                .isEqualTo(Asked.TURNING));

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(agent.journal.stable(World.SHOP)).contains(World.NEWER);
    assertThat(endings(world)).containsExactly(Ending.SUCCEEDED, Ending.SUPERSEDED);
    assertThat(world.hosts.acts()).filteredOn("web3 stop"::equals).hasSize(1);
    assertAll(World.NEWER);
  }

  @Test
  void aTakeoverThatCannotBePlannedIsForgottenAndTheRolloutGoesOn() {
    var noSpareSlot =
        new Rolling(
            List.of(),
            Optional.empty(),
            new Amount.Count(1),
            0,
            Rolling.Order.UNHEALTHY_FIRST,
            Duration.ZERO,
            Duration.ofMinutes(10));
    var impossible = World.serving(3, noSpareSlot).deployment(World.NEWER);
    var agent = world.agent();
    agent.whenBegins(
        "web2",
        1,
        () ->
            assertThat(agent.rollouts.supersede(impossible, World.NEWER, "push"))
                .isEqualTo(Asked.TURNING));

    assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.SUCCEEDED);

    assertAll(World.NEW);
  }

  @Test
  void theReleaseThatIsRolledOutDoesNotTakeOverFromItself() {
    var agent = world.agent();
    agent.whenBegins(
        "web2",
        1,
        () -> agent.rollouts.supersede(world.deployment(World.NEW), World.NEW, "first poll"));

    agent.start(World.NEW);

    assertThat(endings(world)).containsExactly(Ending.SUCCEEDED);
    assertAll(World.NEW);
  }

  @Test
  void theReleaseThatIsRolledOutStaysWhenItIsWantedAgain() {
    var agent = world.agent();
    agent.whenBegins(
        "web2",
        1,
        () -> {
          agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push");
          agent.rollouts.supersede(world.deployment(World.NEW), World.NEW, "revert");
        });

    agent.start(World.NEW);

    assertThat(endings(world)).containsExactly(Ending.SUCCEEDED);
    assertAll(World.NEW);
  }

  @Test
  void aRevertInTheMiddleGoesBackAndSendsNothing() {
    var agent = world.agent();
    agent.whenBegins(
        "web2",
        1,
        () -> agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert"));

    agent.start(World.NEW);

    assertThat(agent.journal.stable(World.SHOP)).contains(World.OLD);
    assertThat(agent.journal.history(World.SHOP, 1).getFirst().bytesSent()).isZero();
    assertAll(World.OLD);
  }

  @Test
  void anAbortGoesBackToTheStableAndQuarantines() {
    var agent = world.agent();
    agent.whenBegins("web2", 6, () -> agent.rollouts.abort(World.SHOP, "ada", "it is slow"));

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).isEqualTo(Ending.ABORTED);
    assertThat(result.reason()).contains("ada", "it is slow");
    assertThat(agent.journal.quarantined(World.SHOP)).hasSize(1);
    assertAll(World.OLD);
  }

  @Test
  void anAbortSurvivesTheAgent() {
    var agent = world.agent();
    agent.whenBegins(
        "web2",
        3,
        () -> {
          agent.rollouts.abort(World.SHOP, "ada", "it is slow");
          agent.rollouts.leave();
        });
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);

    Result result = world.agent().resume().orElseThrow();

    assertThat(ended(result).ending()).isEqualTo(Ending.ABORTED);
    assertAll(World.OLD);
  }

  @Test
  void anAgentThatLeavesIsFollowedByOneThatFinishes() {
    var agent = world.agent();
    agent.whenBegins("web2", 6, agent.rollouts::leave);
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);
    assertThat(agent.journal.open()).hasSize(1);

    Result result = world.agent().resume().orElseThrow();

    assertThat(ended(result).ending()).isEqualTo(Ending.SUCCEEDED);
    assertAll(World.NEW);
  }

  @Test
  void nothingRunsThatCouldBeTurned() {
    var rollouts = world.agent().rollouts;

    assertThat(rollouts.abort(World.SHOP, "ada", "now")).isEqualTo(Asked.NOTHING_RUNS);
    assertThat(rollouts.supersede(world.deployment(World.NEW), World.NEW, "push"))
        .isEqualTo(Asked.NOTHING_RUNS);
  }

  @Test
  void aFirstReleaseThatFailsLeavesNothingBehind() {
    var fresh = World.fresh(3, 1, Rolling.DEFAULT);
    fresh.hosts.behaves("2", Behaviour.UNHEALTHY);

    Result.Ended result = ended(fresh.agent().start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(fresh.hosts.occupants().values()).containsOnly(new Occupant.None());
    for (int i = 1; i <= 3; i++) {
      assertThat(fresh.hosts.running(fresh.web(i))).isEmpty();
      assertThat(fresh.balancers.getFirst().state(fresh.web(i))).isEqualTo(MemberState.OUT);
    }
    assertThat(fresh.wrongs()).isEmpty();
  }

  @Test
  void whatOthersHadPutThereServesUntilWhatIsDeadIsReplaced() {
    var foreign = World.foreign(3, 1, Rolling.DEFAULT);
    foreign.hosts.stopsByItself(foreign.web(3));

    Result.Ended result = ended(foreign.agent().start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.SUCCEEDED);
    assertThat(foreign.isAll(World.NEW)).isTrue();
    assertThat(foreign.leastServing()).isEqualTo(2);
    assertThat(foreign.wrongs()).isEmpty();
  }

  @Test
  void whatOthersHadPutThereServesAgainWhereTheReleaseFails() {
    var foreign = World.foreign(3, 1, Rolling.DEFAULT);
    foreign.hosts.behaves("2", Behaviour.UNHEALTHY);

    Result.Ended result = ended(foreign.agent().start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(foreign.hosts.occupants().values())
        .containsOnly(new Occupant.Foreign("/srv/by-hand"));
    for (int i = 1; i <= 3; i++) {
      assertThat(foreign.balancers.getFirst().gets(foreign.web(i))).isTrue();
      assertThat(foreign.hosts.isHealthy(foreign.web(i))).isTrue();
    }
    assertThat(foreign.leastServing()).isEqualTo(2);
    assertThat(foreign.wrongs()).isEmpty();
  }

  @Test
  void whatOthersHadPutThereIsPutBack() {
    var foreign = World.foreign(2, 0, Rolling.DEFAULT);
    foreign.hosts.fault("web2", "start", FakeFleet.Fault.FAILED);

    Result.Ended result = ended(foreign.agent().start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(foreign.hosts.occupants().values())
        .containsOnly(new Occupant.Foreign("/srv/by-hand"));
  }

  @Test
  void whereTheStableIsBrokenTooPeopleAreCalled() {
    world.hosts.behaves("2", Behaviour.UNHEALTHY);
    var agent = world.agent();
    agent.whenBegins("web1", 6, () -> world.hosts.behaves("1", Behaviour.WILL_NOT_START));

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).isEqualTo(Ending.NEEDS_HELP);
    assertThat(endings(world)).containsExactly(Ending.NEEDS_HELP);
    assertThat(world.wrongs()).isEmpty();
  }

  @Test
  void aPlanThatCannotProceedTouchesNothing() {
    var alone = World.serving(1, Rolling.DEFAULT);

    assertThat(alone.agent().start(World.NEW)).isInstanceOf(Result.Refused.class);
    assertThat(alone.hosts.acts()).isEmpty();
    assertThat(alone.agent().journal.open()).isEmpty();
  }

  @Test
  void withoutSightOfTheBalancersNothingStarts() {
    world.balancers.getFirst().goesAway("connection refused");

    assertThat(world.agent().start(World.NEW)).isInstanceOf(Result.NotNow.class);
    assertThat(world.hosts.acts()).isEmpty();
  }

  @Test
  void aSpareSlotLetsTheNewServeBeforeTheOldGoes() {
    var surging =
        new Rolling(
            List.of(),
            Optional.of(new Amount.Count(0)),
            new Amount.Count(1),
            0,
            Rolling.Order.INVENTORY,
            Duration.ZERO,
            Duration.ofMinutes(10));
    var slots = World.withSpareSlots(3, surging);

    Result.Ended result = ended(slots.agent().start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.SUCCEEDED);
    assertThat(slots.isAll(World.NEW)).isTrue();
    assertThat(slots.leastServing()).isEqualTo(3);
    assertThat(slots.wrongs()).isEmpty();
  }

  @Test
  void aRecreateThatWasSupersededWhileAllIsDownStartsTheNewest() {
    var recreate = World.serving(3, Recreate.DEFAULT);
    var agent = recreate.agent();
    agent.whenBegins(
        "stop web1",
        1,
        () -> agent.rollouts.supersede(recreate.deployment(World.NEWER), World.NEWER, "push"));

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.SUCCEEDED);
    assertThat(recreate.isAll(World.NEWER)).isTrue();
    assertThat(recreate.hosts.acts()).filteredOn("web1 start"::equals).hasSize(1);
  }

  @Test
  void aTakeoverIsWrittenAsOneSoThatNoCrashComesBetween() {
    var fuse = Fuse.endless();
    var agent = world.agent(fuse);
    agent.whenBegins(
        "web2",
        1,
        () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));
    agent.start(World.NEW);
    var events = agent.journal.after(0, 9999).stream().map(entry -> entry.event()).toList();
    int end =
        events.indexOf(
            events.stream().filter(Event.RolloutEnded.class::isInstance).findFirst().orElseThrow());

    assertThat(events.get(end + 1)).isInstanceOf(Event.RolloutStarted.class);
  }
}
