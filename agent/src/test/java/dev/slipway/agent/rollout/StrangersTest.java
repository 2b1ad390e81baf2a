package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.strategies.Rolling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a host that is not who it was ends its step at once, says nothing about the release, and
 * does not hold up the others' way back. Method: whole rollouts of three hosts, of which one shows
 * another key from some act on.
 */
@Timeout(60)
class StrangersTest {
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
