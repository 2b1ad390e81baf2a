package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.strategies.Rolling;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: hosts that nobody can act on are left out, and never taken for done or for bad. */
@Timeout(60)
class LeftOutTest {
  /**
   * Goal: a host that could not be reached is never taken for one that has the release. Method:
   * whole rollouts of three hosts, the last of which is dead until all the others have nothing left
   * to do.
   */
  @Nested
  class Dead {
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

  /**
   * Goal: a host that is not who it was ends its step at once, says nothing about the release, and
   * does not hold up the others' way back. Method: whole rollouts of three hosts, of which one
   * shows another key from some act on.
   */
  @Nested
  class Strange {
    private static final String WHY = "web2 shows another key than is pinned";

    private final World world = World.serving(3, Rolling.DEFAULT);
    private final World.Agent agent = world.agent();

    private Result.Ended run() {
      Result result = agent.start(World.NEW);
      assertThat(result).isInstanceOf(Result.Ended.class);
      return (Result.Ended) result;
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage", "stop", "activate", "start", "process"})
    void fault42AHostThatChangesItsKeyAtAnyStepIsLeftOutOfTheWayBack(String verb) {
      world.strangers.changesAt("web2", verb);

      Result.Ended result = run();

      assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
      assertThat(result.reason()).contains(WHY);
      assertThat(result.incomplete()).containsExactly("web2");
      assertThat(world.hosts.running(world.web(1))).contains(World.OLD.id());
      assertThat(world.hosts.running(world.web(3))).contains(World.OLD.id());
      assertThat(agent.journal.quarantined(World.SHOP)).isEmpty();
      assertThat(world.wrongs()).isEmpty();
    }

    @ParameterizedTest
    // Activating is asked for twice: by the lane, and by the step that takes it back.
    @CsvSource({"stage,1", "activate,2", "start,1"})
    void fault42TheActIsNotRepeated(String verb, int times) {
      world.strangers.changesAt("web2", verb);

      run();

      assertThat(world.strangers.asked()).filteredOn(("web2 " + verb)::equals).hasSize(times);
      assertThat(agent.journal.after(0, 1000))
          .anyMatch(entry ->
              entry.event() instanceof Event.StepEnded(_, _, Outcome.Errored(var detail, var cause))
                  && cause == Cause.IDENTITY
                  && detail.equals(WHY));
    }

    @Test
    void fault42AHostThatHasChangedBeforeTheStartIsSkippedAndListed() {
      world.strangers.changed("web2");

      Result.Ended result = run();

      assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.SUCCEEDED);
      assertThat(result.incomplete()).containsExactly("web2");
      assertThat(world.strangers.asked()).containsOnly("web2 look", "web2 prune");
      assertThat(world.hosts.acts()).noneMatch(act -> act.startsWith("web2 "));
    }
  }
}
