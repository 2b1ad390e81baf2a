package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.rollout.fake.FakeFleet;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Threshold;
import dev.slipway.strategies.fleet.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: numbers that are bad take a release back and numbers that are missing never promote it, nor
 * do they condemn it.
 *
 * <p>Method: two hosts with two slots each, and made-up requests that fail as often as a test says.
 */
@Timeout(60)
class AnalysisTest {
  private static final String WARM = "keep the former slots warm";
  private static final BlueGreen JUDGED = judged(Optional.empty());

  private final World world = World.withSpareSlots(2, JUDGED);

  static BlueGreen judged(Optional<Analysis> before) {
    return new BlueGreen(
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Optional.empty(),
        before,
        Optional.of(Analysis.DEFAULT));
  }

  private static void assertEnded(World world, Delivery everywhere, Ending ending) {
    assertThat(world.agent().journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(ending);
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isEqualTo(2);
    assertThat(world.hosts.numbers.open()).isZero();
  }

  private static String reason(World world) {
    return world.agent().journal.history(World.SHOP, 1).getFirst().reason();
  }

  private static boolean isQuarantined(World world, Delivery delivery) {
    return world.agent().journal.quarantined(World.SHOP).stream()
        .anyMatch(one -> one.release().equals(delivery.id()));
  }

  private List<String> acts(String verb) {
    return world.hosts.acts().stream().filter(act -> act.endsWith(" " + verb)).toList();
  }

  @Test
  void aReleaseWithGoodNumbersStays() {
    world.agent().start(World.NEW);

    assertEnded(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void aReleaseWithBadNumbersIsTakenBackByOneSwitchAndNotTriedAgain() {
    world.hosts.numbers.fails("2", 0.05);

    world.agent().start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world))
        .contains("keep the former slots warm: error-rate 5 % of 600 requests, at most 1 %");
    assertThat(isQuarantined(world, World.NEW)).isTrue();
    assertThat(acts("stop")).containsExactlyInAnyOrder("web1 stop", "web2 stop");
    assertThat(acts("activate")).containsExactlyInAnyOrder("web1 activate", "web2 activate");
  }

  @Test
  void aReleaseWithoutRequestsIsTakenBackAndMayBeTriedAgain() {
    world.hosts.numbers.requests(0);

    world.agent().start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world)).contains("error-rate there were no requests");
    assertThat(isQuarantined(world, World.NEW)).isFalse();
  }

  @Test
  void itIsMeasuredLongerUntilThereAreRequestsEnough() {
    world.hosts.numbers.requests(0.08);

    world.agent().start(World.NEW);

    assertEnded(world, World.NEW, Ending.SUCCEEDED);
  }

  /** There the check counted as failed, and a release that nobody asked anything was condemned. */
  @Test
  void flagger1353ReleaseWithoutRequestsIsNotCondemned() {
    world.hosts.numbers.requests(0);

    world.agent().start(World.NEW);

    assertThat(isQuarantined(world, World.NEW)).isFalse();
    assertThat(world.isAll(World.NEW)).isFalse();
  }

  @Test
  void numbersThatCannotBeHadAnyMoreNeitherPromoteNorCondemn() {
    var agent = world.agent();
    agent.whenBegins(WARM, 0, world.hosts.numbers::dies);

    agent.start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world)).contains("error-rate connection refused");
    assertThat(isQuarantined(world, World.NEW)).isFalse();
  }

  private void assertTakenBack(String why) {
    assertThat(world.agent().journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(Ending.ROLLED_BACK);
    assertThat(world.isAll(World.OLD)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(reason(world)).contains(WARM + ": web1/green " + why);
    assertThat(isQuarantined(world, World.NEW)).isTrue();
    assertThat(world.hosts.numbers.open()).isZero();
  }

  /** Balancers send elsewhere what it would have got, so that no number tells. */
  @Test
  void aReleaseThatDiesWhileItIsJudgedIsTakenBackThoughItsNumbersAreGood() {
    var agent = world.agent();
    agent.whenBegins(
        WARM, 0, () -> world.hosts.stopsByItself(new Instance("web1", "web", "green")));

    agent.start(World.NEW);

    assertTakenBack("does not run");
  }

  @Test
  void aReleaseThatFallsIllWhileItIsJudgedIsTakenBackThoughItsNumbersAreGood() {
    var agent = world.agent();
    agent.whenBegins(WARM, 0, () -> world.hosts.behaves("2", FakeFleet.Behaviour.UNHEALTHY));

    agent.start(World.NEW);

    assertTakenBack("is not healthy any more: ");
  }

  @Test
  void aReleaseThatIsRestartedAgainAndAgainWhileItIsJudgedIsTakenBack() {
    var agent = world.agent();
    agent.whenBegins(WARM, 0, () -> world.hosts.behaves("2", FakeFleet.Behaviour.CRASH_LOOPS));

    agent.start(World.NEW);

    assertTakenBack("crash-loops: it was restarted 3 times");
  }

  @Test
  void aHostThatCannotBeReachedWhileItsReleaseIsJudgedCondemnsNobody() {
    var agent = world.agent();
    agent.whenBegins(WARM, 0, () -> world.hosts.dies("web1"));
    agent.whenBegins(WARM, 1, () -> world.hosts.returns("web1"));

    agent.start(World.NEW);

    assertEnded(world, World.NEW, Ending.SUCCEEDED);
  }

  /** As after a restart with another balancer in front. */
  @Test
  void thatNothingCanBeMeasuredAnyMoreIsNoProof() {
    var agent = world.agent();
    agent.whenBegins(WARM, 0, world.hosts.numbers::forgets);

    agent.start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(isQuarantined(world, World.NEW)).isFalse();
  }

  private static Analysis comparing() {
    Metric usual = Metric.usual(Builtin.ERROR_RATE);
    var metric =
        new Metric(
            usual.name(),
            Optional.empty(),
            Optional.empty(),
            Threshold.max(0.5),
            OptionalDouble.empty(),
            Optional.of(new Metric.Former(2, Duration.ofMinutes(3))),
            50,
            usual.onNoData(),
            usual.limits(),
            usual.count(),
            false,
            true);
    return new Analysis(
        Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(10), List.of(metric));
  }

  /** Goal: what the former release had before is what the next one is compared with. */
  @Nested
  class ComparedWithTheFormer {
    private final World compared =
        World.withSpareSlots(
            2,
            new BlueGreen(
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                Optional.empty(),
                Optional.empty(),
                Optional.of(comparing())));

    private List<Event> measured() {
      return compared.disk.entries().stream()
          .map(Entry::event)
          .filter(Event.FormerMeasured.class::isInstance)
          .toList();
    }

    @Test
    void oneThatIsWorseIsTakenBackAndNotTriedAgain() {
      compared.hosts.numbers.fails("1", 0.02);
      compared.hosts.numbers.fails("2", 0.1);

      compared.agent().start(World.NEW);

      assertEnded(compared, World.OLD, Ending.ROLLED_BACK);
      assertThat(reason(compared))
          .contains("error-rate 10 % of 600 requests, and 2 % of the former release");
      assertThat(isQuarantined(compared, World.NEW)).isTrue();
    }

    @Test
    void oneThatIsAsBadStays() {
      compared.hosts.numbers.fails("1", 0.1);
      compared.hosts.numbers.fails("2", 0.1);

      compared.agent().start(World.NEW);

      assertEnded(compared, World.NEW, Ending.SUCCEEDED);
    }

    /** By then the former release serves nobody, and could not be measured again. */
    @Test
    void whatWasMeasuredIsKnownAfterARestart() {
      compared.hosts.numbers.fails("1", 0.02);
      compared.hosts.numbers.fails("2", 0.1);
      var agent = compared.agent();
      agent.whenBegins(WARM, 0, agent.rollouts::leave);
      agent.start(World.NEW);

      compared.agent().resume();

      assertEnded(compared, World.OLD, Ending.ROLLED_BACK);
      assertThat(reason(compared)).contains("and 2 % of the former release");
      assertThat(measured()).hasSize(1);
    }

    @Test
    void aMeasuringThatWasCutBeginsAnew() {
      compared.hosts.numbers.fails("2", 0.1);
      var agent = compared.agent();
      agent.whenBegins("measure the former release", 0, agent.rollouts::leave);
      agent.start(World.NEW);
      assertThat(measured()).isEmpty();

      compared.agent().resume();

      assertThat(measured()).hasSize(1);
      assertEnded(compared, World.OLD, Ending.ROLLED_BACK);
    }

    @Test
    void oneWhoseFormerHadNoRequestsIsTakenBackAndMayBeTriedAgain() {
      compared.hosts.numbers.requests(0);
      var agent = compared.agent();
      agent.whenBegins(WARM, 0, () -> compared.hosts.numbers.requests(10));

      agent.start(World.NEW);

      assertEnded(compared, World.OLD, Ending.ROLLED_BACK);
      assertThat(reason(compared)).contains("of the former release: there were no requests");
      assertThat(isQuarantined(compared, World.NEW)).isFalse();
    }

    @Test
    void aSourceThatFailsMeanwhileHoldsUpNothing() {
      compared.hosts.numbers.dies();
      var agent = compared.agent();

      agent.start(World.NEW);

      assertThat(measured()).hasSize(1);
      assertEnded(compared, World.OLD, Ending.ROLLED_BACK);
      assertThat(isQuarantined(compared, World.NEW)).isFalse();
    }

    @Test
    void aRevertWhileItIsMeasuredEndsTheWait() {
      var agent = compared.agent();
      agent.whenBegins(
          "measure the former release", 0, () -> agent.rollouts.abort(World.SHOP, "ada", "no"));

      agent.start(World.NEW);

      assertEnded(compared, World.OLD, Ending.ABORTED);
      assertThat(measured()).isEmpty();
    }
  }

  @Test
  void aRevertWhileItIsJudgedEndsTheWait() {
    var agent = world.agent();
    agent.whenBegins(
        WARM, 0, () -> agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert"));

    agent.start(World.NEW);

    assertThat(world.isAll(World.OLD)).isTrue();
    assertThat(agent.journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(Ending.SUCCEEDED, Ending.SUPERSEDED);
    assertThat(world.hosts.numbers.open()).isZero();
  }

  @Test
  void idleSlotsWithBadNumbersGetNoRequest() {
    var before = World.withSpareSlots(2, judged(Optional.of(Analysis.DEFAULT)));
    before.hosts.numbers.fails("2", 0.5);
    var agent = before.agent();
    var begun = new ArrayList<String>();
    agent.whenBegins("switch", 0, () -> begun.add("switch"));

    agent.start(World.NEW);

    assertThat(begun).isEmpty();

    assertEnded(before, World.OLD, Ending.ROLLED_BACK);
    assertThat(isQuarantined(before, World.NEW)).isTrue();
  }

  @Test
  void whatCanNeverBeMeasuredIsFoundBeforeAnythingIsTouched() {
    Metric usual = Metric.usual(Builtin.LATENCY_P99);
    var analysis =
        new Analysis(Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(30), List.of(usual));
    var strategy =
        new BlueGreen(
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Optional.empty(),
            Optional.empty(),
            Optional.of(analysis));
    var latency = World.withSpareSlots(2, strategy);

    assertThat(latency.agent().start(World.NEW))
        .isEqualTo(new Result.Refused(List.of("latency-p99: there are no percentiles here")));
    assertThat(latency.hosts.acts()).isEmpty();
  }

  /** Of what is measured without anybody asking for it, the part is judged that can be. */
  @Test
  void aPercentileThatIsOnlyUsualIsPassedOverWhereNobodyKnowsIt() {
    world.hosts.numbers.fails("2", 0.05);

    world.agent().start(World.NEW);

    assertThat(reason(world)).doesNotContain("latency");
  }
}
