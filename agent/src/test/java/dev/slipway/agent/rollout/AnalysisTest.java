package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Summary;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** As after a restart with another balancer in front. */
  @Test
  void thatNothingCanBeMeasuredAnyMoreIsNoProof() {
    var agent = world.agent();
    agent.whenBegins(WARM, 0, world.hosts.numbers::forgets);

    agent.start(World.NEW);

    assertEnded(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(isQuarantined(world, World.NEW)).isFalse();
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
