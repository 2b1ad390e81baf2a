package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.rollout.fake.Cast;
import dev.slipway.agent.rollout.fake.FakeBalancer;
import dev.slipway.agent.rollout.fake.FakeFleet;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.agent.rollout.fake.FakeFleet.Fault;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /**
   * Goal: from the wish to go back until all requests are on the standby, it takes at most three
   * times as long as one balancer's answer and one health check together, whatever either takes.
   *
   * <p>Method: asking a balancer, asking a host which process runs and asking that for health take
   * virtual time, and nothing else does but waiting; so what is done side by side counts once, and
   * what is asked twice counts twice. A health check is the host's answer and the process's.
   */
  @Nested
  class TakenBack {
    private static final int TIMES = 3;

    private World world(int balancers, boolean atOnce) {
      var world = new World(Cast.web(4, Cast.TWO_SLOTS), balancers, BlueGreen.DEFAULT);
      world.settle(World.OLD);
      if (atOnce) {
        world.balancers.forEach(FakeBalancer::switchesAtOnce);
      }
      return world;
    }

    /** How long a balancer takes, a host, and a process that is asked for its health. */
    private record Times(Duration balancer, Duration host, Duration process) {
      private Times(int balancer, int host, int process) {
        this(Duration.ofMillis(balancer), Duration.ofMillis(host), Duration.ofMillis(process));
      }

      private void begin(World world, World.Agent agent) {
        world.balancers.forEach(one -> one.takes(() -> pass(agent, balancer)));
        world.hosts.hostsTake(() -> pass(agent, host));
        world.hosts.checksTake(() -> pass(agent, process));
      }

      /** What stops a process holds a lock, at which no virtual time may pass. */
      private static void end(World world) {
        world.balancers.forEach(one -> one.takes(() -> {}));
        world.hosts.hostsTake(() -> {});
      }

      private Duration all() {
        return balancer.plus(host).plus(process);
      }

      private Duration ofOneQuestion() {
        return balancer.multipliedBy(TIMES).plus(host).plus(process);
      }
    }

    private static void pass(World.Agent agent, Duration time) {
      agent.time.await(time, new Signal());
    }

    /** The way back is a rollout of its own after a revert, and another leg after an abort. */
    private static boolean isSwitchedBack(Event event, boolean isRevert) {
      return event instanceof Event.StepEnded(var rollout, var at, var outcome)
          && at.lane().equals("switch")
          && at.part() == Position.Part.STEPS
          && (isRevert ? rollout.number() == 2 : at.leg() == 1)
          && outcome.isGood();
    }

    @ParameterizedTest
    @CsvSource({
      "1, 0, 1, 1, false",
      "1, 0, 1, 1, true",
      "20, 0, 1, 1, false",
      "20, 0, 1, 1, true",
      "1, 0, 20, 1, false",
      "1, 0, 1, 2, false",
      "1, 0, 20, 2, true",
      "2, 0, 2, 2, true",
      "1, 20, 1, 1, false",
      "1, 20, 1, 1, true",
      "1, 20, 20, 2, false"
    })
    void allRequestsAreOnTheStandbyInThreeTimesAnAnswerAndACheck(
        int ask, int host, int process, int balancers, boolean atOnce) {
      var times = new Times(ask, host, process);
      for (boolean isRevert : List.of(true, false)) {
        World world = world(balancers, atOnce);

        Duration took = switchedBack(world, isRevert, times);

        assertThat(world.isAll(World.OLD)).isTrue();
        assertThat(world.wrongs()).isEmpty();
        assertThat(took).isPositive().isLessThanOrEqualTo(times.all().multipliedBy(TIMES));
        assertThat(took).as("each host is asked once").isLessThanOrEqualTo(times.ofOneQuestion());
      }
    }

    /** Returns how long it takes from the wish until the balancers have shown the switch. */
    private static Duration switchedBack(World world, boolean isRevert, Times times) {
      World.Agent agent = world.agent();
      var from = new AtomicReference<Duration>(Duration.ZERO);
      var until = new AtomicReference<Duration>(Duration.ZERO);
      agent.whenBegins(
          "keep the former slots warm",
          0,
          () -> {
            times.begin(world, agent);
            from.set(agent.time.uptime());
            wish(world, agent, isRevert);
          });
      agent.when(
          event -> isSwitchedBack(event, isRevert),
          () -> {
            until.set(agent.time.uptime());
            Times.end(world);
          });
      agent.start(World.NEW);
      return until.get().minus(from.get());
    }

    private static void wish(World world, World.Agent agent, boolean isRevert) {
      if (isRevert) {
        agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert");
      } else {
        agent.rollouts.abort(World.SHOP, "ada", "too many errors");
      }
    }

    @Test
    void aStandbyThatWasStartedAnewMeanwhileIsProvenInFull() {
      World world = world(1, true);
      World.Agent agent = world.agent();
      agent.whenBegins(
          "keep the former slots warm",
          0,
          () -> {
            world.hosts.reboots("web1");
            wish(world, agent, true);
          });

      agent.start(World.NEW);

      assertThat(world.isAll(World.OLD)).isTrue();
      assertThat(proofs(agent)).contains("healthy for 5s", "it answered well just now");
    }

    private static List<String> proofs(World.Agent agent) {
      return agent
          .journal
          .events(agent.journal.history(World.SHOP, 1).getFirst().rollout())
          .stream()
          .map(Entry::event)
          .flatMap(event ->
              event instanceof Event.StepEnded(_, _, Outcome.Done(var detail, _))
                  ? Stream.of(detail)
                  : Stream.empty())
          .filter(detail -> detail.startsWith("healthy for") || detail.endsWith("just now"))
          .toList();
    }
  }

  /**
   * Goal: a release is held back when it failed or a person stopped it, and never because something
   * else could not be done; what it said last is told.
   *
   * <p>Method: whole rollouts with one cause of failure each.
   */
  @Nested
  class Quarantined {
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
              "a host shows another key",
              Held.NO,
              (it, _) -> it.strangers.changesAt("web2", "stop")),
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
}
