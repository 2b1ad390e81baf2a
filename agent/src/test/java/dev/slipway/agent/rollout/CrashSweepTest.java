package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.rollout.fake.Cast;
import dev.slipway.agent.rollout.fake.FakeFleet;
import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.Routing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: killed at any moment and started again, a rollout ends fully old or fully new, with the
 * capacity that was promised, and nothing is stopped that may get requests.
 *
 * <p>Method: a fuse burns on both sides of every journal write and every act, and in the middle of
 * every change of a balancer. A first run counts the moments, then each of them kills one run. A
 * second sweep kills the recovery as well, at moments drawn from a seed that is printed.
 */
@Timeout(600)
class CrashSweepTest {
  private static final int NESTED_RUNS = 60;
  private static final int LIVES = 6;
  private static final Rolling TWO_AT_ONCE =
      new Rolling(
          List.of(),
          Optional.of(new Amount.Count(2)),
          new Amount.Count(0),
          0,
          Rolling.Order.UNHEALTHY_FIRST,
          Duration.ZERO,
          Duration.ofMinutes(10));

  /** What is swept, how it must end and how many must serve all the time. */
  record Story(
      String name, Supplier<World> world, Ending ending, Delivery everywhere, int serving) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Story> stories() {
    return Stream.of(good(), together(), bad(), switched(), copied(), shared(), divided())
        .flatMap(stories -> stories);
  }

  private static Stream<Story> good() {
    return Stream.of(
        new Story(
            "a rolling update",
            () -> World.serving(3, Rolling.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "a rolling update behind two balancers",
            () -> World.serving(3, 2, Rolling.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "a rolling update, two at once",
            () -> World.serving(3, TWO_AT_ONCE),
            Ending.SUCCEEDED,
            World.NEW,
            1),
        new Story(
            "a recreate",
            () -> World.serving(3, Recreate.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            0));
  }

  private static Stream<Story> together() {
    return Stream.of(
        new Story(
            "two roles on their own hosts",
            () -> World.playing(Cast.webAndWorkers(2, 2), Rolling.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            1),
        new Story(
            "two roles on one link",
            () -> World.playing(Cast.webWithWorkers(2), Rolling.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            1),
        new Story(
            "a recreate of two roles on one link",
            () -> World.playing(Cast.webWithWorkers(2), Recreate.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            0));
  }

  private static Stream<Story> bad() {
    return Stream.of(
        new Story(
            "a rolling update that fails at the first host",
            () -> broken(World.serving(3, Rolling.DEFAULT), FakeFleet.Behaviour.UNHEALTHY),
            Ending.ROLLED_BACK,
            World.OLD,
            2),
        new Story(
            "a rolling update that does not start",
            () -> broken(World.serving(3, Rolling.DEFAULT), FakeFleet.Behaviour.WILL_NOT_START),
            Ending.ROLLED_BACK,
            World.OLD,
            2),
        new Story(
            "a recreate that fails",
            () -> broken(World.serving(3, Recreate.DEFAULT), FakeFleet.Behaviour.UNHEALTHY),
            Ending.ROLLED_BACK,
            World.OLD,
            0),
        new Story(
            "a worker that fails its proof",
            () -> illWorker(World.playing(Cast.webAndWorkers(2, 2), Rolling.DEFAULT)),
            Ending.ROLLED_BACK,
            World.OLD,
            1),
        new Story(
            "a worker that fails its proof beside what serves",
            () -> illWorker(World.playing(Cast.webWithWorkers(2), Rolling.DEFAULT)),
            Ending.ROLLED_BACK,
            World.OLD,
            1));
  }

  private static Stream<Story> switched() {
    return Stream.of(
        new Story(
            "a switch from blue to green",
            () -> World.withSpareSlots(2, BlueGreen.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "a switch that is never made, for green is not healthy",
            () -> broken(World.withSpareSlots(2, BlueGreen.DEFAULT), FakeFleet.Behaviour.UNHEALTHY),
            Ending.ROLLED_BACK,
            World.OLD,
            2),
        new Story(
            "a switch that is taken back, for green answers badly",
            () -> {
              World world = World.withSpareSlots(2, AnalysisTest.judged(Optional.empty()));
              world.hosts.numbers.fails("2", 0.05);
              return world;
            },
            Ending.ROLLED_BACK,
            World.OLD,
            2));
  }

  private static Stream<Story> copied() {
    return Stream.of(
        new Story(
            "a switch after copies of requests",
            () -> World.withSpareSlots(2, Shadow.DEFAULT),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "a switch that is never made, for green answers copies badly",
            () -> {
              World world = World.withSpareSlots(2, Shadow.DEFAULT);
              world.hosts.numbers.fails("2", 0.05);
              return world;
            },
            Ending.ROLLED_BACK,
            World.OLD,
            2));
  }

  private static Stream<Story> divided() {
    AbTest test = UsersTest.test(OptionalLong.empty(), Contest.Then.PROMOTE);
    return Stream.of(
        new Story(
            "users who are divided and all come to the release in the end",
            () -> World.withSpareSlots(2, test),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "users who are divided where each host has one slot",
            () -> World.serving(3, test),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "users who do worse with the release and all go back",
            () -> {
              World world = World.withSpareSlots(2, test);
              world.hosts.numbers.fails("2", 0.05);
              return world;
            },
            Ending.ROLLED_BACK,
            World.OLD,
            2));
  }

  private static Stream<Story> shared() {
    var canary =
        new Canary(
            Canary.stages(List.of(50), Duration.ofSeconds(2)),
            Optional.empty(),
            Optional.empty(),
            new Amount.Count(1),
            Duration.ofMinutes(10));
    return Stream.of(
        new Story(
            "a canary in spare slots",
            () -> World.withSpareSlots(2, canary),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "a canary that testers and copies reach first",
            () -> World.withSpareSlots(2, OnTrialTest.TESTED),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "a canary where each host has one slot",
            () -> World.serving(3, canary),
            Ending.SUCCEEDED,
            World.NEW,
            2),
        new Story(
            "a canary that is not healthy",
            () -> broken(World.serving(3, canary), FakeFleet.Behaviour.UNHEALTHY),
            Ending.ROLLED_BACK,
            World.OLD,
            2));
  }

  private static World illWorker(World world) {
    world.hosts.behaves("2", "worker", FakeFleet.Behaviour.UNHEALTHY);
    return world;
  }

  private static World broken(World world, FakeFleet.Behaviour behaviour) {
    world.hosts.behaves("2", behaviour);
    return world;
  }

  static Stream<Arguments> everyMoment() {
    return stories()
        .flatMap(story -> {
          var fuse = Fuse.endless();
          World world = story.world().get();
          world.agent(fuse).start(world.version("2"));
          return IntStream.rangeClosed(0, fuse.burnt())
              .mapToObj(moment -> Arguments.of(story, moment));
        });
  }

  @ParameterizedTest
  @MethodSource("everyMoment")
  void aKilledRolloutEndsAsAnUnkilledOneDoes(Story story, int moment) {
    World world = story.world().get();

    live(world, new Fuse(moment));
    live(world, Fuse.endless());

    assertEnded(story, world);
  }

  @ParameterizedTest
  @MethodSource("stories")
  void recoveryMayBeKilledAsOftenAsOneLikes(Story story) {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int run = 0; run < NESTED_RUNS; run++) {
      World world = story.world().get();
      for (int life = 0; life < LIVES; life++) {
        live(world, new Fuse(random.nextInt(60)));
      }
      live(world, Fuse.endless());

      assertThat(world).as("seed %d, run %d", seed, run).satisfies(it -> assertEnded(story, it));
    }
  }

  @Test
  void recoveryRepeatsNoMoreThanOneActForEachLaneThatRan() {
    World world = World.serving(3, Rolling.DEFAULT);
    world.agent().start(World.NEW);
    int acts = world.hosts.acts().size();

    World killed = World.serving(3, Rolling.DEFAULT);
    for (int life = 0; life < LIVES; life++) {
      live(killed, new Fuse(25));
    }
    live(killed, Fuse.endless());

    assertThat(killed.hosts.acts().size()).isLessThanOrEqualTo(acts + 3 * LIVES);
  }

  /** An agent's life: it takes up what is open, or starts what is wanted and did not end yet. */
  private static void live(World world, Fuse fuse) {
    live(world, fuse, world.version("2"));
  }

  /** Lets an agent do what there is to do, until it is killed. */
  static void live(World world, Fuse fuse, Delivery wanted) {
    try {
      var agent = world.agent(fuse);
      if (agent.resume().isEmpty() && agent.journal.history(World.SHOP, 1).isEmpty()) {
        agent.start(wanted);
      }
    } catch (Fuse.Killed _) {
      // the next life goes on
    }
  }

  private static void assertEnded(Story story, World world) {
    var journal = world.agent().journal;
    assertThat(journal.open()).isEmpty();
    assertThat(journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(story.ending());
    assertThat(world.isAll(world.version(story.everywhere().release().version())))
        .as("all on %s: %s", story.everywhere().id(), world.hosts.occupants())
        .isTrue();
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.balancers)
        .allSatisfy(balancer -> assertThat(balancer.routing()).isEqualTo(Routing.NONE));
    assertThat(world.leastServing()).isGreaterThanOrEqualTo(story.serving());
  }
}
