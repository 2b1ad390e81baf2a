package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.agent.rollout.fake.FakeFleet.Fault;
import dev.slipway.strategies.Rolling;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a release is held back when it failed or a person stopped it, and never because something
 * else could not be done; what it said last is told.
 *
 * <p>Method: whole rollouts with one cause of failure each.
 */
@Timeout(60)
class QuarantineTest {
  private static final int LINES = 50;

  private final World world = World.serving(3, Rolling.DEFAULT);

  enum Held {
    YES,
    NO
  }

  /** Makes one thing go wrong. */
  interface Mishap extends BiConsumer<World, World.Agent> {}

  private static Arguments cause(String name, Held held, Mishap mishap) {
    return Arguments.of(name, held, mishap);
  }

  private static Mishap fault(String verb, Fault fault) {
    return (world, _) -> world.hosts.fault("web2", verb, fault);
  }

  private static Mishap behaves(Behaviour behaviour) {
    return (world, _) -> world.hosts.behaves("2", behaviour);
  }

  static Stream<Arguments> causes() {
    return Stream.of(
        cause("a host is lost while files are sent", Held.NO, fault("stage", Fault.DIES)),
        cause("a host is lost at the start", Held.NO, fault("start", Fault.DIES)),
        cause(
            "a host refuses the files, for its disk is full",
            Held.NO,
            fault("stage", Fault.REFUSED)),
        cause("a hook fails", Held.YES, fault("stage", Fault.FAILED)),
        cause("a link cannot be set", Held.NO, fault("activate", Fault.FAILED)),
        cause("the former process does not end", Held.NO, fault("stop", Fault.FAILED)),
        cause("a start is not allowed", Held.NO, fault("start", Fault.REFUSED)),
        cause(
            "a host shows another key", Held.NO, (it, _) -> it.strangers.changesAt("web2", "stop")),
        cause("it does not start", Held.YES, behaves(Behaviour.WILL_NOT_START)),
        cause("it is not healthy", Held.YES, behaves(Behaviour.UNHEALTHY)),
        cause("it crash-loops", Held.YES, behaves(Behaviour.CRASH_LOOPS)),
        cause(
            "a person aborts",
            Held.YES,
            (_, agent) ->
                agent.whenBegins(
                    "web1", 1, () -> agent.rollouts.abort(World.SHOP, "ada", "it is slow"))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("causes")
  void onlyAReleaseThatFailedOrWasStoppedIsHeldBack(String name, Held held, Mishap mishap) {
    var agent = world.agent();
    mishap.accept(world, agent);

    Result.Ended ended = (Result.Ended) agent.start(World.NEW);

    assertThat(ended.ending()).as(name).isIn(Ending.ROLLED_BACK, Ending.ABORTED);
    assertThat(agent.journal.quarantined(World.SHOP))
        .extracting(one -> one.release())
        .isEqualTo(held == Held.YES ? List.of(World.NEW.id()) : List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNHEALTHY", "CRASH_LOOPS"})
  void whatIsNotProvenIsToldWithTheLastLinesOfItsService(String behaviour) {
    world.hosts.behaves("2", Behaviour.valueOf(behaviour));

    Result.Ended ended = (Result.Ended) world.agent().start(World.NEW);

    assertThat(ended.log().lines())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(11, 10 + LINES).mapToObj("2 says %d"::formatted).toList());
  }
}
