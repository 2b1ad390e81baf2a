package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Quarantine;
import dev.slipway.agent.rollout.fake.Cast;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.Expected;
import dev.slipway.strategies.fleet.trial.Inquiry;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.fleet.trial.Warmup;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Amount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a release that is healthy and fails its smoke tests gets no request and is held back, and
 * nothing else that goes wrong meanwhile is blamed on it.
 *
 * <p>Method: whole rollouts on hosts of the simulator, which warm up and smoke-test.
 */
@Timeout(60)
class TrialsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Trials TRIALS = trials(1, 0);

  private static Trials trials(int count, int failureLimit) {
    var inquiry =
        new Inquiry(
            Inquiry.Method.GET,
            "/ping",
            "http",
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            SECOND);
    return new Trials(
        Optional.of(new Warmup(inquiry, 100, 4, MINUTE)),
        List.of(
            new SmokeTest(
                inquiry,
                new Expected(
                    new TreeSet<>(Set.of(200)), Map.of(), Optional.empty(), Optional.empty()),
                new SmokeTest.Tries(count, failureLimit, SECOND, MINUTE))));
  }

  private static World world(List<Slot> slots, Strategy strategy) {
    return World.serving(Cast.web(2, slots, TRIALS), strategy);
  }

  private static Result.Ended release(World.Agent agent) {
    return (Result.Ended) agent.start(World.NEW);
  }

  private static void assertOldServes(World world) {
    assertThat(world.isAll(World.OLD)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
  }

  private static long switches(World.Agent agent) {
    return agent.journal.after(0, 10_000).stream()
        .filter(entry ->
            entry.event() instanceof Event.TrafficWanted(_, var at) && at.lane().equals("switch"))
        .count();
  }

  @Test
  void aGoodReleaseStandsThemOnEveryHost() {
    World world = world(Cast.TWO_SLOTS, BlueGreen.DEFAULT);

    assertThat(release(world.agent()).ending()).isEqualTo(Ending.SUCCEEDED);

    assertThat(world.isAll(World.NEW)).isTrue();
    assertThat(world.hosts.asked())
        .extracting(to -> to.host().name() + "/" + to.slot().name())
        .containsExactlyInAnyOrder("web1/green", "web1/green", "web2/green", "web2/green");
    assertThat(world.hosts.asked().stream().map(to -> to.headers().get("Slipway-Step")))
        .doesNotHaveDuplicates()
        .contains("0/prepare web1:5");
    assertThat(world.hosts.asked())
        .allSatisfy(
            to -> assertThat(to.headers()).containsEntry("Slipway-Rollout", World.SHOP + "#1"));
  }

  @Test
  void withBlueGreenOneThatFailsIsNeverSwitchedTo() {
    World world = world(Cast.TWO_SLOTS, BlueGreen.DEFAULT);
    world.hosts.behaves("2", Behaviour.FAILS_SMOKE_TESTS);
    var agent = world.agent();

    var ended = release(agent);

    assertThat(ended.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(ended.reason()).contains("failed a smoke test: GET /ping answers 500, expected 200");
    assertThat(ended.log()).contains("2 says");
    assertThat(switches(agent)).isZero();
    assertOldServes(world);
    assertThat(world.leastServing()).isEqualTo(2);
    assertThat(agent.journal.quarantined(World.SHOP)).hasSize(1);
  }

  @Test
  void inPlaceTheHostThatFailsIsRestoredAndTheOthersAreLeftAlone() {
    World world = world(Cast.ONE_SLOT, Rolling.DEFAULT);
    world.hosts.behaves("2", Behaviour.FAILS_SMOKE_TESTS);
    var agent = world.agent();

    var ended = release(agent);

    assertThat(ended.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertOldServes(world);
    assertThat(world.hosts.acts())
        .contains("web1 stop", "web1 start")
        .doesNotContain("web2 stop", "web2 start");
    assertThat(world.hosts.asked()).hasSize(2);
    assertThat(agent.journal.quarantined(World.SHOP)).hasSize(1);
  }

  @Test
  void aHostThatDiesMeanwhileIsNotTheReleasesFault() {
    World world = world(Cast.TWO_SLOTS, BlueGreen.DEFAULT);
    var agent = world.agent();
    agent.whenBegins("prepare web1", 5, () -> world.hosts.dies("web1"));

    var ended = release(agent);

    assertThat(ended.ending()).isNotEqualTo(Ending.SUCCEEDED);
    assertThat(agent.journal.quarantined(World.SHOP)).isEmpty();
    assertThat(switches(agent)).isZero();
  }

  @Test
  void whatDoesNotRunAnyMoreIsNotWarm() {
    World world = world(Cast.TWO_SLOTS, BlueGreen.DEFAULT);
    var agent = world.agent();
    agent.whenBegins(
        "prepare web1", 4, () -> world.hosts.stopsByItself(new Instance("web1", "web", "green")));

    var ended = release(agent);

    assertThat(ended.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(ended.reason())
        .contains("no request of the warm-up of web1/green was answered: connection refused");
    assertOldServes(world);
  }

  @Test
  void someOfManyMayFailWithinTheLimit() {
    World world = World.serving(Cast.web(1, Cast.TWO_SLOTS, trials(4, 2)), BlueGreen.DEFAULT);
    world.hosts.answersBadly(2);

    assertThat(release(world.agent()).ending()).isEqualTo(Ending.SUCCEEDED);
    // The warm-up, two bad answers and two good ones.
    assertThat(world.hosts.asked()).hasSize(5);
  }

  @Test
  void oneMoreThanTheLimitIsEnoughToKnow() {
    World world = World.serving(Cast.web(1, Cast.TWO_SLOTS, trials(4, 2)), BlueGreen.DEFAULT);
    world.hosts.answersBadly(3);

    var ended = release(world.agent());

    assertThat(ended.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(ended.reason()).contains("(0 good answers, and 2 of 4 must be)");
    assertThat(world.hosts.asked()).hasSize(4);
  }

  @Test
  void afterARebootOfTheHostTheyAreStoodAgainBeforeTheAdmission() {
    World world = World.serving(Cast.web(1, Cast.ONE_SLOT, TRIALS), Recreate.DEFAULT);
    var agent = world.agent();
    agent.when(TrialsTest::isAboutToAdmit, agent.rollouts::leave);
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);
    assertThat(world.hosts.asked()).hasSize(2);
    world.hosts.stopsByItself(world.web(1));

    world.agent().resume();

    assertThat(world.isAll(World.NEW)).isTrue();
    assertThat(world.hosts.asked()).hasSize(4);
    assertThat(world.hosts.asked().stream().map(to -> to.headers().get("Slipway-Step")).distinct())
        .as("the same step carries the same key")
        .hasSize(2);
  }

  private static boolean isAboutToAdmit(Event event) {
    return event instanceof Event.StepEnded(_, var at, _)
        && at.lane().equals("web1")
        && at.index() == 4;
  }

  /**
   * Goal: candidates that fail while a pause or a gate lasts end it, and with it the trial.
   *
   * <p>Method: canaries that wait for hours, which the virtual clock shows to be cut short.
   */
  @Nested
  class OnPatience {
    private static final Instance GREEN = new Instance("web1", "web", "green");
    private static final Duration HOURS = Duration.ofHours(4);
    private static final String STAGE = "stage 1: 20%";

    private World waiting(Canary.Stage wait) {
      var canary =
          new Canary(
              List.of(new Canary.Stage.SetWeight(20), wait, new Canary.Stage.SetWeight(50)),
              Optional.empty(),
              Optional.empty(),
              new Amount.Count(1),
              Duration.ofMinutes(10));
      return World.withSpareSlots(2, canary);
    }

    private void assertCutShort(
        World world, World.Agent agent, Supplier<Result> work, String reason) {
      Duration began = agent.time.uptime();
      Result result = work.get();
      assertThat(result)
          .isInstanceOfSatisfying(
              Result.Ended.class,
              ended -> {
                assertThat(ended.ending()).as(ended.reason()).isEqualTo(Ending.ROLLED_BACK);
                assertThat(ended.reason()).contains(reason);
              });
      assertThat(agent.time.uptime().minus(began)).isLessThan(Duration.ofMinutes(15));
      assertThat(agent.journal.quarantined(World.SHOP))
          .extracting(Quarantine::release)
          .containsExactly(World.NEW.id());
      assertOldServes(world);
    }

    @Test
    void oneThatStopsInALongPauseEndsItAtOnce() {
      World world = waiting(new Canary.Stage.Pause(HOURS));
      var agent = world.agent();
      agent.whenBegins(STAGE, 1, () -> world.hosts.stopsByItself(GREEN));

      assertCutShort(world, agent, () -> release(agent), "web1/green does not run");
    }

    @Test
    void oneThatIsIllWhilePeopleAreAskedIsNotWaitedFor() {
      World world = waiting(new Canary.Stage.AwaitApproval(Approval.DEFAULT));
      var agent = world.agent();
      agent.whenBegins(STAGE, 1, () -> world.hosts.behaves("2", Behaviour.UNHEALTHY));

      assertCutShort(world, agent, () -> release(agent), "web1/green is not healthy any more");
    }

    @Test
    void theNextAgentWatchesThemToo() {
      World world = waiting(new Canary.Stage.Pause(HOURS));
      var first = world.agent();
      first.whenBegins(STAGE, 1, first.rollouts::leave);
      assertThat(first.start(World.NEW)).isInstanceOf(Result.Left.class);
      var next = world.agent();
      var checks = new AtomicInteger();
      world.hosts.checksTake(() -> {
        if (checks.incrementAndGet() == 20) {
          world.hosts.stopsByItself(GREEN);
        }
      });

      assertCutShort(world, next, () -> next.resume().orElseThrow(), "web1/green does not run");
    }

    @Test
    void oneWhoseHostCannotBeAskedForAWhileIsNotBlamed() {
      World world = waiting(new Canary.Stage.Pause(Duration.ofMinutes(2)));
      var agent = world.agent();
      agent.whenBegins(STAGE, 1, () -> world.hosts.dies("web1"));
      agent.when(
          event ->
              event instanceof Event.StepEnded(_, var at, _)
                  && at.lane().equals(STAGE)
                  && at.index() == 1,
          () -> world.hosts.returns("web1"));

      assertThat(release(agent).ending()).isEqualTo(Ending.SUCCEEDED);
    }

    @Test
    void theStableOnesAreNotOnTrial() {
      World world = waiting(new Canary.Stage.Pause(Duration.ofMinutes(2)));
      var agent = world.agent();
      Duration began = agent.time.uptime();
      agent.whenBegins(
          STAGE, 1, () -> world.hosts.stopsByItself(new Instance("web2", "web", "blue")));

      release(agent);

      assertThat(agent.time.uptime().minus(began)).isGreaterThan(Duration.ofMinutes(2));
    }
  }
}
