package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Summary;
import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Contest.Then;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a test on users ends as its numbers say, whatever happens meanwhile, and leaves no user
 * where he was drawn.
 *
 * <p>Method: hosts with two slots each or one, and made-up requests of which each release fails as
 * many as a test says.
 */
@Timeout(120)
class UsersTest {
  private static final String TEST = "A/B test";

  private final World world = World.withSpareSlots(2, test(OptionalLong.empty(), Then.PROMOTE));

  /** Returns a test of five minutes, by the requests that fail. */
  static AbTest test(OptionalLong sampleSize, Then onNoDifference) {
    return new AbTest(
        AbTest.DEFAULT.audience(),
        new Contest(
            Contest.DEFAULT.goals(),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            sampleSize,
            100,
            onNoDifference,
            Then.ABORT),
        Optional.empty(),
        Optional.empty(),
        AbTest.DEFAULT.maxUnavailable(),
        AbTest.DEFAULT.progressDeadline());
  }

  private static void assertEnded(World world, Delivery everywhere, Ending... endings) {
    assertThat(world.agent().journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(endings);
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.hosts.numbers.open()).isZero();
    assertThat(world.balancers)
        .allSatisfy(balancer -> assertThat(balancer.routing()).isEqualTo(Routing.NONE));
  }

  private static String reason(World world) {
    return world.agent().journal.history(World.SHOP, 1).getFirst().reason();
  }

  private static boolean isQuarantined(World world) {
    return world.agent().journal.quarantined(World.SHOP).stream()
        .anyMatch(one -> one.release().equals(World.NEW.id()));
  }

  @Test
  void whoeverDoesBetterStays() {
    world.hosts.numbers.fails("1", 0.05);

    world.agent().start(World.NEW);

    assertEnded(world, World.NEW, Ending.SUCCEEDED);
    assertThat(world.leastServing()).isEqualTo(2);
  }

  @Test
  void whoeverDoesWorseIsTakenBackAndNotTriedAgain() {
    world.hosts.numbers.fails("2", 0.05);

    world.agent().start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world))
        .contains("A/B test: error-rate is worse: 5 % of 3,000 with the candidate, 0 % of 6,000");
    assertThat(isQuarantined(world)).isTrue();
  }

  @Test
  void withoutADifferenceItIsPromotedOrNotAsIsSaid() {
    world.agent().start(World.NEW);
    assertEnded(world, World.NEW, Ending.SUCCEEDED);

    World other = World.withSpareSlots(2, test(OptionalLong.empty(), Then.ABORT));
    other.agent().start(World.NEW);
    assertEnded(other, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(other)).contains("not better: error-rate shows no difference");
  }

  @Test
  void withTooFewItIsTakenBackAndMayBeTriedAgain() {
    world.hosts.numbers.requests(0.1);

    world.agent().start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world)).contains("not enough data: error-rate: 30 of the candidate");
    assertThat(isQuarantined(world)).isFalse();
  }

  @Test
  void aSampleThatIsCompleteEndsItBeforeItsTime() {
    World early = World.withSpareSlots(2, test(OptionalLong.of(400), Then.ABORT));
    early.agent().start(World.NEW);

    assertThat(reason(early)).contains("0 % of 400 with the candidate");
  }

  @Test
  void numbersThatCannotBeHadAnyMoreNeitherPromoteNorCondemn() {
    var agent = world.agent();
    agent.whenBegins(TEST, 1, world.hosts.numbers::dies);

    agent.start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world)).contains("error-rate: connection refused");
    assertThat(isQuarantined(world)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRevertMeanwhileSendsAllUsersBack(boolean hasSpareSlots) {
    AbTest test = test(OptionalLong.empty(), Then.PROMOTE);
    World reverted = hasSpareSlots ? World.withSpareSlots(4, test) : World.serving(4, test);
    var agent = reverted.agent();
    agent.whenBegins(
        TEST,
        1,
        () -> agent.rollouts.supersede(reverted.deployment(World.OLD), World.OLD, "revert"));

    agent.start(World.NEW);

    assertEnded(reverted, World.OLD, Ending.SUCCEEDED, Ending.SUPERSEDED);
  }

  @Test
  void aNewerReleaseMeanwhileIsTestedAgainstTheStableOne() {
    var agent = world.agent();
    agent.whenBegins(
        TEST,
        1,
        () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));

    agent.start(World.NEW);

    assertEnded(world, World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
  }

  @Test
  void anAbortMeanwhileSendsAllUsersBack() {
    var agent = world.agent();
    agent.whenBegins(TEST, 1, () -> agent.rollouts.abort(World.SHOP, "ada", "not this one"));

    agent.start(World.NEW);

    assertEnded(world, World.OLD, Ending.ABORTED);
  }

  /**
   * Goal: nobody meets a release that gets copies of requests until its numbers are known and good.
   *
   * <p>Method: the real engine on a simulated fleet; who gets requests is looked at on every event.
   */
  @Nested
  class Copied {
    private static final Instance GREEN = new Instance("web1", "web", "green");

    private final World world = World.withSpareSlots(2, Shadow.DEFAULT);
    private final List<String> met = new ArrayList<>();

    private void start(World.Agent agent) {
      agent.journal.subscribe(entry -> note(entry.event()));
      agent.start(World.NEW);
    }

    private void note(Event event) {
      if (world.balancers.getFirst().sends(GREEN)) {
        met.add(event.toString());
      }
    }

    private void assertAll(Delivery everywhere, Ending... endings) {
      assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
      assertThat(world.agent().journal.history(World.SHOP, 9))
          .extracting(Summary::ending)
          .containsExactly(endings);
      assertThat(world.wrongs()).isEmpty();
      assertThat(world.leastServing()).isEqualTo(2);
      assertThat(world.balancers.getFirst().routing()).isEqualTo(Routing.NONE);
    }

    private boolean isQuarantined() {
      return world.agent().journal.quarantined(World.SHOP).stream()
          .anyMatch(one -> one.release().equals(World.NEW.id()));
    }

    @Test
    void aGoodReleaseTakesOverOnceItsCopiesWereJudged() {
      var agent = world.agent();
      var mirrors = new ArrayList<Optional<Mirror>>();
      agent.whenBegins(
          "shadow", 1, () -> mirrors.add(world.balancers.getFirst().routing().mirror()));

      start(agent);

      assertThat(mirrors).containsExactly(Optional.of(new Mirror(Traffic.CANDIDATE, Share.ALL)));
      assertAll(World.NEW, Ending.SUCCEEDED);
    }

    @Test
    void aBadReleaseIsTakenBackAndNotTriedAgainAndNobodyMetIt() {
      world.hosts.numbers.fails("2", 0.05);

      start(world.agent());

      assertAll(World.OLD, Ending.ROLLED_BACK);
      assertThat(met).isEmpty();
      assertThat(isQuarantined()).isTrue();
    }

    @Test
    void numbersThatCannotBeHadNeitherPromoteNorCondemn() {
      var agent = world.agent();
      agent.whenBegins("shadow", 1, world.hosts.numbers::dies);

      start(agent);

      assertAll(World.OLD, Ending.ROLLED_BACK);
      assertThat(met).isEmpty();
      assertThat(isQuarantined()).isFalse();
    }

    @Test
    void aRevertMeanwhileEndsTheCopiesAndSendsNothing() {
      var agent = world.agent();
      agent.whenBegins(
          "shadow",
          1,
          () -> agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert"));

      start(agent);

      assertAll(World.OLD, Ending.SUCCEEDED, Ending.SUPERSEDED);
      assertThat(met).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shadow", "switch", "keep the former slots warm"})
    void aNewerReleaseGetsCopiesOfItsOwnAfterAllWentBack(String lane) {
      var agent = world.agent();
      agent.whenBegins(
          lane,
          0,
          () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));

      start(agent);

      assertAll(World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
    }

    @Test
    void anAbortMeanwhileEndsTheCopies() {
      var agent = world.agent();
      agent.whenBegins("shadow", 1, () -> agent.rollouts.abort(World.SHOP, "ada", "no"));

      start(agent);

      assertAll(World.OLD, Ending.ABORTED);
      assertThat(met).isEmpty();
    }
  }
}
