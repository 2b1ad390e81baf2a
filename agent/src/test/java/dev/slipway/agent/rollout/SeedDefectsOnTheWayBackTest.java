package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.FakeArtifact;
import dev.slipway.agent.artifact.Received;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.agent.rollout.fake.FakeFleet.Fault;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.plan.Amount;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the way back is always there, says how it went, and a second run finds what the first left.
 *
 * <p>Method: the defects of the first scripts in blue-green, canary and rollback, as a rolling
 * update or a recreate could have them, on the made-up fleet.
 */
@Timeout(120)
class SeedDefectsOnTheWayBackTest {
  private static final int IDLE = 2;
  private static final int STOP = 3;
  private static final int PROVE = 6;
  private static final int ADMIT = 7;

  private static final Rolling BESIDE =
      new Rolling(
          List.of(),
          Optional.of(new Amount.Count(0)),
          new Amount.Count(1),
          0,
          Rolling.Order.INVENTORY,
          Duration.ZERO,
          Duration.ofMinutes(10));

  private final World world = World.serving(3, Rolling.DEFAULT);

  private static Result.Ended ended(Result result) {
    assertThat(result).isInstanceOf(Result.Ended.class);
    return (Result.Ended) result;
  }

  private static void assertEnded(World world, Result result, Ending ending, Delivery everywhere) {
    assertThat(ended(result).ending()).as(ended(result).reason()).isEqualTo(ending);
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
  }

  private static Stream<String> acts(World world, String verb) {
    return world.hosts.acts().stream().filter(act -> act.endsWith(" " + verb));
  }

  /** Returns when the first step on the way there of this lane began, or ended. */
  private static Instant at(World.Agent agent, Predicate<Event> what) {
    return agent.journal.after(0, 9999).stream()
        .filter(entry -> what.test(entry.event()))
        .map(Entry::at)
        .findFirst()
        .orElseThrow();
  }

  private static Predicate<Event> begins(String lane, int index) {
    return event ->
        event instanceof Event.StepStarted(_, Position(var leg, var of, var part, var at))
            && leg == 0
            && of.equals(lane)
            && part == Position.Part.STEPS
            && at == index;
  }

  private static void assertSlot(World world, String slot, Delivery delivery) {
    for (Host host : world.fleet.hosts(world.role)) {
      assertThat(world.hosts.occupants().get(new Instance(host.name(), "web", slot)))
          .isEqualTo(new Occupant.Known(delivery.id()));
    }
  }

  @Test
  void defect13TheLiveSlotIsFoundAfterAllRecordsAreLost() {
    var slots = World.withSpareSlots(3, BESIDE);
    assertEnded(slots, slots.agent().start(World.NEW), Ending.SUCCEEDED, World.NEW);
    assertSlot(slots, "green", World.NEW);
    slots.fleet.hosts(slots.role).forEach(host -> slots.hosts.reboots(host.name()));

    assertEnded(slots, slots.agent().start(World.NEWER), Ending.SUCCEEDED, World.NEWER);

    assertSlot(slots, "blue", World.NEWER);
    assertSlot(slots, "green", World.NEW);
    assertThat(slots.leastServing()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 8})
  void defect13AnEndBetweenTheSwitchAndItsRecordTouchesNoLiveSlot(int step) {
    var slots = World.withSpareSlots(3, BESIDE);
    var agent = slots.agent();
    agent.whenBegins("web2", step, agent.rollouts::leave);
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);

    Result result = slots.agent().resume().orElseThrow();

    assertEnded(slots, result, Ending.SUCCEEDED, World.NEW);
    assertSlot(slots, "green", World.NEW);
    assertThat(slots.leastServing()).isEqualTo(3);
  }

  @Test
  void defect14TheWayBackLiesOnTheHostsUntilTheNewReleaseIsProven() throws IOException {
    world.hosts.behaves("2", Behaviour.UNHEALTHY);

    assertEnded(world, world.agent().start(World.NEW), Ending.ROLLED_BACK, World.OLD);

    assertThat(acts(world, "prune")).isEmpty();
    assertThat(world.agent().journal.history(World.SHOP, 1).getFirst().bytesSent())
        .isEqualTo(acts(world, "stage").count() * Received.of(new FakeArtifact("2")).bytes());
  }

  @Test
  void defect16WhatRunsAndIsNotReadyGetsNoRequests() {
    world.hosts.behaves("2", Behaviour.UNHEALTHY);
    var agent = world.agent();

    assertEnded(world, agent.start(World.NEW), Ending.ROLLED_BACK, World.OLD);

    assertThat(acts(world, "start")).contains("web1 start");
    assertThat(agent.journal.after(0, 9999))
        .noneMatch(entry -> begins("web1", ADMIT).test(entry.event()));
  }

  @Test
  void defect17TheNewServesBeforeTheOldIsLetGo() {
    var slots = World.withSpareSlots(1, BESIDE);

    assertEnded(slots, slots.agent().start(World.NEW), Ending.SUCCEEDED, World.NEW);

    assertThat(slots.leastServing()).isEqualTo(1);
  }

  @Test
  void defect18WhatHasOpenRequestsIsGivenTheTimeToAnswerThem() {
    world.balancers.getFirst().holds(world.web(1), 1);
    var agent = world.agent();

    assertEnded(world, agent.start(World.NEW), Ending.SUCCEEDED, World.NEW);

    assertThat(Duration.between(at(agent, begins("web1", IDLE)), at(agent, begins("web1", STOP))))
        .isGreaterThanOrEqualTo(world.role.drain().timeout());
    assertThat(Duration.between(at(agent, begins("web2", IDLE)), at(agent, begins("web2", STOP))))
        .isLessThan(world.role.drain().timeout());
  }

  @Test
  void defect19TheWayBackStartsTheSlotThatWasStoppedAndOnlyThenAsksHowItIs() {
    var slots = World.withSpareSlots(3, BESIDE);
    var agent = slots.agent();
    slots.hosts.fault("web3", "start", Fault.FAILED);
    agent.whenBegins(
        "web3",
        1,
        () ->
            assertThat(slots.hosts.running(new Instance("web1", "web", "blue")))
                .as("the standby of web1 is stopped")
                .isEmpty());

    Result result = agent.start(World.NEW);

    assertEnded(slots, result, Ending.ROLLED_BACK, World.OLD);
    assertThat(slots.leastServing()).isEqualTo(3);
  }

  @Test
  void defect21EachInstanceIsProvenForItsWholeTimeBeforeItIsAdmitted() {
    var agent = world.agent();

    assertEnded(world, agent.start(World.NEW), Ending.SUCCEEDED, World.NEW);

    for (String lane : List.of("web1", "web2", "web3")) {
      assertThat(Duration.between(at(agent, begins(lane, PROVE)), at(agent, begins(lane, ADMIT))))
          .isGreaterThanOrEqualTo(world.role.health().timing().minHealthyTime());
    }
  }

  @Test
  void defect21OneOfABatchThatDoesNotStartLeavesNothingOfTheOthers() {
    var wide =
        new Rolling(
            List.of(new Amount.Count(2)),
            Optional.of(new Amount.Count(2)),
            new Amount.Count(0),
            0,
            Rolling.Order.INVENTORY,
            Duration.ZERO,
            Duration.ofMinutes(10));
    var four = World.serving(4, wide);
    four.hosts.fault("web2", "start", Fault.FAILED);

    assertEnded(four, four.agent().start(World.NEW), Ending.ROLLED_BACK, World.OLD);

    assertThat(acts(four, "stop")).doesNotContain("web3 stop", "web4 stop");
  }

  @Test
  void defect22AHostThatCannotBeAskedIsNotHealthy() {
    var agent = world.agent();
    agent.whenBegins("web1", PROVE, () -> world.hosts.dies("web1"));

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(acts(world, "stop")).doesNotContain("web2 stop");
    assertThat(agent.journal.quarantined(World.SHOP)).isEmpty();
  }

  @Test
  void defect25FormerReleasesAreRemovedOnlyOnceEveryHostServesTheNewOne() {
    assertEnded(world, world.agent().start(World.NEW), Ending.SUCCEEDED, World.NEW);

    List<String> acts = world.hosts.acts();
    assertThat(acts).doesNotHaveDuplicates();
    // The hosts are cleared side by side, in any order.
    assertThat(acts.subList(acts.size() - 3, acts.size()))
        .containsExactlyInAnyOrder("web1 prune", "web2 prune", "web3 prune");
    assertThat(world.leastServing()).isEqualTo(2);
  }

  @Test
  void defect25ARecreateDrainsAllBeforeItStopsAnyAndProvesAllBeforeTheyServe() {
    var recreate = World.serving(3, Recreate.DEFAULT);

    assertEnded(recreate, recreate.agent().start(World.NEW), Ending.SUCCEEDED, World.NEW);

    assertThat(acts(recreate, "stop")).hasSize(3);
    assertThat(acts(recreate, "start")).hasSize(3);
  }

  @Test
  void defect26AWayBackThatFailsIsCalledThatAndNotARollback() {
    world.hosts.behaves("2", Behaviour.UNHEALTHY);
    var agent = world.agent();
    agent.whenBegins("web1", PROVE, () -> world.hosts.behaves("1", Behaviour.WILL_NOT_START));

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).isEqualTo(Ending.NEEDS_HELP);
    assertThat(result.reason()).contains("was not healthy in time", "the way back failed", "web1");
    assertThat(agent.journal.history(World.SHOP, 1).stream().map(Summary::ending))
        .containsExactly(Ending.NEEDS_HELP);
    assertThat(world.wrongs()).isEmpty();
  }

  @Test
  void defect27DoneAgainIsNothing() {
    assertEnded(world, world.agent().start(World.NEW), Ending.SUCCEEDED, World.NEW);
    List<String> before = world.hosts.acts();

    assertThat(world.agent().start(World.NEW)).isEqualTo(new Result.NothingToDo());

    assertThat(world.hosts.acts()).isEqualTo(before);
  }

  @Test
  void defect27NothingIsWaitedForWithoutAnEnd() {
    world.hosts.behaves("2", Behaviour.UNHEALTHY);
    var agent = world.agent();
    agent.whenBegins("web1", PROVE, () -> world.balancers.getFirst().goesAway("refused"));
    Duration start = agent.time.uptime();

    assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.NEEDS_HELP);

    assertThat(agent.time.uptime().minus(start))
        .isLessThan(Rolling.DEFAULT.progressDeadline().multipliedBy(4));
  }

  @Test
  void defect27EveryActIsInTheJournalWithItsOutcome() {
    var agent = world.agent();

    assertEnded(world, agent.start(World.NEW), Ending.SUCCEEDED, World.NEW);

    List<Event> events = agent.journal.after(0, 9999).stream().map(Entry::event).toList();
    var begun = events.stream().flatMap(SeedDefectsOnTheWayBackTest::begun).toList();
    var over = events.stream().flatMap(SeedDefectsOnTheWayBackTest::over).toList();
    assertThat(begun).isNotEmpty().containsExactlyInAnyOrderElementsOf(over);
    assertThat(begun.stream().filter(at -> at.index() == STOP)).hasSameSizeAs(stops(world));
  }

  private static List<String> stops(World world) {
    return acts(world, "stop").toList();
  }

  private static Stream<Position> begun(Event event) {
    return event instanceof Event.StepStarted(_, var at) ? Stream.of(at) : Stream.empty();
  }

  private static Stream<Position> over(Event event) {
    return event instanceof Event.StepEnded(_, var at, _) ? Stream.of(at) : Stream.empty();
  }
}
