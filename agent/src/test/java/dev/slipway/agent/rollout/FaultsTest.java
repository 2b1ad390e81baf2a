package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.agent.rollout.fake.FakeFleet.Fault;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.plan.Amount;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: no fault of a host or a balancer loses a request, and each is answered as it deserves.
 *
 * <p>Method: whole rollouts of three hosts with one fault each, at the step that it hurts most; the
 * numbers are those of the list of faults.
 */
@Timeout(60)
class FaultsTest {
  /** The steps of a lane that replaces an instance, by their index. */
  private static final int STOP = 3;

  private static final int PROVE = 6;

  private final World world = World.serving(3, Rolling.DEFAULT);

  private static Result.Ended ended(Result result) {
    assertThat(result).isInstanceOf(Result.Ended.class);
    return (Result.Ended) result;
  }

  private Result.Ended run() {
    return ended(world.agent().start(World.NEW));
  }

  private void assertEnded(Result.Ended result, Ending ending, Delivery everywhere) {
    assertThat(result.ending()).as(result.reason()).isEqualTo(ending);
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isGreaterThanOrEqualTo(2);
  }

  static Stream<Arguments> unknownOutcomes() {
    return Stream.of("stage", "stop", "activate", "start")
        .flatMap(verb ->
            Stream.of(Fault.UNREACHABLE_ONCE, Fault.LOST_BEFORE, Fault.LOST_AFTER)
                .map(fault -> Arguments.of(verb, fault)));
  }

  @ParameterizedTest
  @MethodSource("unknownOutcomes")
  void fault40AnUnknownOutcomeIsObservedAndThenPassedOrRepeated(String verb, Fault fault) {
    world.hosts.fault("web2", verb, fault);

    assertEnded(run(), Ending.SUCCEEDED, World.NEW);
    assertThat(world.hosts.acts()).filteredOn(("web2 " + verb)::equals).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stage", "stop", "activate", "start"})
  void fault37AHostThatIsGoneAtAnyStepDoesNotHoldUpTheWayBack(String verb) {
    world.hosts.fault("web2", verb, Fault.DIES);

    Result.Ended result = run();

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(result.incomplete()).containsExactly("web2");
    assertThat(world.hosts.running(world.web(1))).contains(World.OLD.id());
    assertThat(world.hosts.running(world.web(3))).contains(World.OLD.id());
    assertThat(world.agent().journal.quarantined(World.SHOP)).isEmpty();
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isPositive();
  }

  @Test
  void aFormerProcessThatAnswersNeverCountsForTheNewRelease() {
    world.hosts.fault("web2", "stop", Fault.NOT_DONE);
    world.hosts.fault("web2", "start", Fault.NOT_DONE);
    var agent = world.agent();

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(result.reason()).contains("the process that runs is none of 2@");
    assertThat(world.isAll(World.OLD)).isTrue();
    assertThat(agent.journal.quarantined(World.SHOP)).isEmpty();
  }

  @Test
  void fault37AHostThatIsDeadBeforeTheStartIsSkippedAndListed() {
    world.hosts.dies("web3");

    Result.Ended result = run();

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.SUCCEEDED);
    assertThat(result.incomplete()).containsExactly("web3");
  }

  @Test
  void fault37AFailureWithinTheLimitIsListedAndNotTheEnd() {
    var tolerant =
        new Rolling(
            List.of(),
            Optional.empty(),
            new Amount.Count(0),
            1,
            Rolling.Order.INVENTORY,
            Duration.ZERO,
            Duration.ofMinutes(10));
    var other = World.serving(3, tolerant);
    other.hosts.fault("web2", "stage", Fault.REFUSED);

    Result.Ended result = ended(other.agent().start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.SUCCEEDED);
    assertThat(result.incomplete()).containsExactly("web2");
    assertThat(other.hosts.running(other.web(2))).contains(World.OLD.id());
    assertThat(other.leastServing()).isEqualTo(2);
  }

  @Test
  void anErrorSaysNothingAboutTheReleaseAndQuarantinesNothing() {
    world.hosts.fault("web1", "stage", Fault.REFUSED);
    var agent = world.agent();

    assertEnded(ended(agent.start(World.NEW)), Ending.ROLLED_BACK, World.OLD);
    assertThat(agent.journal.quarantined(World.SHOP)).isEmpty();
  }

  @Test
  void fault47AReleaseThatCrashLoopsIsNeverProven() {
    world.hosts.behaves("2", Behaviour.CRASH_LOOPS);

    Result.Ended result = run();

    assertEnded(result, Ending.ROLLED_BACK, World.OLD);
    assertThat(result.reason()).contains("crash-loops");
    assertThat(world.agent().journal.quarantined(World.SHOP)).hasSize(1);
  }

  @Test
  void aReleaseThatDoesNotStartIsReportedWithItsLastLines() {
    world.hosts.behaves("2", Behaviour.WILL_NOT_START);

    Result.Ended result = run();

    assertEnded(result, Ending.ROLLED_BACK, World.OLD);
    assertThat(result.log()).isEqualTo("cannot start");
  }

  @Test
  void fault54NothingIsStoppedWhileABalancerCannotBeAsked() {
    var agent = world.agent();
    agent.whenBegins("web1", STOP, () -> world.balancers.getFirst().goesAway("no such socket"));

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).isEqualTo(Ending.NEEDS_HELP);
    assertThat(result.reason()).contains("no such socket");
    assertThat(world.hosts.acts()).noneMatch(act -> act.endsWith("stop"));
  }

  @Test
  void fault54ABalancerThatComesBackLetsTheRolloutEnd() {
    var agent = world.agent();
    agent.whenBegins("web1", STOP, () -> world.balancers.getFirst().isSilent(5));

    assertEnded(ended(agent.start(World.NEW)), Ending.SUCCEEDED, World.NEW);
  }

  @ParameterizedTest
  @ValueSource(ints = {STOP, PROVE})
  void fault55ABalancerThatWasRestartedIsToldAgain(int step) {
    var agent = world.agent();
    agent.whenBegins("web2", step, () -> world.balancers.getFirst().restarts());

    assertEnded(ended(agent.start(World.NEW)), Ending.SUCCEEDED, World.NEW);
  }

  @Test
  void fault55ABalancerIsToldAgainAlsoWhileTheRolloutRests() {
    var resting =
        new Rolling(
            List.of(),
            Optional.empty(),
            new Amount.Count(0),
            0,
            Rolling.Order.INVENTORY,
            Duration.ofMinutes(5),
            Duration.ofMinutes(10));
    var other = World.serving(3, resting);
    var agent = other.agent();
    var balancer = other.balancers.getFirst();
    agent.whenBegins("after batch 1", 0, () -> balancer.restartsWith(other.web(1)));

    assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(balancer.lives()).containsSequence("restart", "told");
    assertThat(other.wrongs()).isEmpty();
  }

  @Test
  void fault57AServerThatABalancerDoesNotKnowStopsTheRolloutBeforeItTouchesAHost() {
    world.balancers.getFirst().knowsNot(world.web(2));

    assertThat(world.agent().start(World.NEW))
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused ->
                assertThat(refused.reasons())
                    .singleElement()
                    .asString()
                    .contains("front1", "no server for web2"));
    assertThat(world.hosts.acts()).isEmpty();
  }

  @Test
  void fault63TheLastServerIsNotTakenAway() {
    var agent = world.agent();
    agent.when(
        Event.RolloutStarted.class::isInstance,
        () -> {
          world.hosts.stopsByItself(world.web(2));
          world.hosts.stopsByItself(world.web(3));
        });

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(result.reason()).contains("without web1 only 0 would serve");
    assertThat(world.hosts.acts()).noneMatch(act -> act.startsWith("web1 stop"));
    assertThat(world.isAll(World.OLD)).isTrue();
    assertThat(world.leastServing()).isEqualTo(1);
  }

  @Test
  void fault62SessionsThatNeverEndAreCutByPolicyAndCounted() {
    world.balancers.getFirst().holds(world.web(1), 3);
    var agent = world.agent();

    assertEnded(ended(agent.start(World.NEW)), Ending.SUCCEEDED, World.NEW);
    assertThat(agent.journal.after(0, 1000))
        .anyMatch(entry ->
            entry.event() instanceof Event.StepEnded(_, _, Outcome.Done(var detail, _))
                && detail.contains("3 sessions outlived 10s on web1"));
  }

  @Test
  void fault64AMemberThatItsBalancerDoesNotSeeUpIsNotPassedOver() {
    var agent = world.agent();
    agent.whenBegins("web1", PROVE, () -> world.balancers.getFirst().isBlocked());

    Result.Ended result = ended(agent.start(World.NEW));

    assertThat(result.ending()).isNotEqualTo(Ending.SUCCEEDED);
    assertThat(world.hosts.acts()).noneMatch(act -> act.startsWith("web2 stop"));
  }

  @Test
  void fault49AHostThatRebootsAfterTheStartIsProvenAgainInItsNewProcess() {
    var agent = world.agent();
    agent.whenBegins("web2", PROVE + 1, () -> world.hosts.reboots("web2"));

    assertEnded(ended(agent.start(World.NEW)), Ending.SUCCEEDED, World.NEW);
  }

  @Test
  void whatCannotBeStoppedOnTheWayBackIsNotLinkedAnewWhileItRuns() {
    var down = World.serving(3, Recreate.DEFAULT);
    var agent = down.agent();
    agent.whenBegins("web3", 3, () -> agent.rollouts.abort(World.SHOP, "ada", "it is slow"));
    agent.when(
        event -> event instanceof Event.Turned,
        () -> down.hosts.fault("web1", "stop", Fault.REFUSED));

    agent.start(World.NEW);

    assertThat(down.wrongs()).isEmpty();
  }
}
